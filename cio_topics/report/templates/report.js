"use strict";
(function () {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const dialog = document.getElementById("list");
  const SHOWN = 500;

  function words(pair) {
    return pair[root.dataset.lang === "ja" ? 0 : 1];
  }

  function setLanguage(lang) {
    root.dataset.lang = lang;
    root.lang = lang;
    if (dialog.open) show();
  }

  document.getElementById("language").addEventListener("click", function () {
    setLanguage(root.dataset.lang === "ja" ? "en" : "ja");
  });

  // A condition is a column of the data and a value; a column of lists holds the value among others.
  function rowsOf(conditions) {
    const tests = conditions.map(function (pair) {
      const column = data.columns[pair[0]];
      if (!column) return function () { return false; };
      const code = column.values.indexOf(pair[1]);
      return function (row) {
        const cell = column.codes[row];
        return Array.isArray(cell) ? cell.includes(code) : cell === code;
      };
    });
    const rows = [];
    for (let row = 0; row < data.titles.length; row++) {
      if (tests.every(function (test) { return test(row); })) rows.push(row);
    }
    return rows;
  }

  function valueAt(name, row) {
    const column = data.columns[name];
    return column.values[column.codes[row]];
  }

  function nameOf(kind, value) {
    const names = data.names[kind];
    return names && names[value] ? words(names[value]) : value;
  }

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function entry(row) {
    const item = element("li");
    item.dataset.itemId = data.ids[row];
    item.append(element("span", data.titles[row]));
    const number = data.numbers[row];
    const facts = [
      valueAt("body", row) + (number ? " " + (root.dataset.lang === "ja" ? "第" + number + "回" : "no. " + number) : ""),
      data.dates[row] || nameOf("year", "unknown"),
      valueAt("format", row) === "unknown" ? words(data.names.word.corpus_unknown) : nameOf("format", valueAt("format", row)),
      data.columns.theme.codes[row].map(function (code) {
        return nameOf("theme", data.columns.theme.values[code]);
      }).join(root.dataset.lang === "ja" ? "、" : ", ") + " (" + nameOf("source", valueAt("source", row)) + ")",
      data.ids[row],
    ];
    item.append(element("span", facts.join(" · "), "meta"));
    const coders = valueAt("coders", row);
    if (coders) item.append(element("span", "A | B: " + coders, "meta"));
    const url = valueAt("url", row);
    const kind = valueAt("kind", row);
    const source = element("span", words(data.names.word.source) + ": ", "meta");
    if (/^https?:\/\//i.test(url)) {
      const link = element("a", url);
      link.href = url;
      link.rel = "noopener noreferrer";
      link.target = "_blank";
      source.append(link);
    } else {
      source.append(nameOf("url", url) || words(data.names.word.no_link));
    }
    if (kind) source.append(" (" + nameOf("kind", kind) + ")");
    item.append(source);
    return item;
  }

  function conditionsOf(hash) {
    return Array.from(new URLSearchParams(hash.slice("#items?".length)).entries());
  }

  function show() {
    const conditions = conditionsOf(location.hash);
    const rows = rowsOf(conditions);
    const heading = conditions.map(function (pair) { return nameOf(pair[0], pair[1]); }).join(" × ");
    document.getElementById("list-title").textContent =
      heading + " — " + rows.length + " " + words(data.names.word.shown_items);
    document.getElementById("list-more").hidden = rows.length <= SHOWN;
    document.getElementById("list-items").replaceChildren(...rows.slice(0, SHOWN).map(entry));
    if (!dialog.open) dialog.showModal();
  }

  function followHash() {
    if (location.hash.startsWith("#items?")) show();
    else if (dialog.open) dialog.close();
  }

  dialog.addEventListener("close", function () {
    if (location.hash.startsWith("#items?")) {
      history.replaceState(null, "", location.pathname + location.search);
    }
  });
  window.addEventListener("hashchange", followHash);
  followHash();
})();
