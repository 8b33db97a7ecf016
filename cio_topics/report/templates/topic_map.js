"use strict";
(function () {
  const map = document.getElementById("topic-map");
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const slider = document.getElementById("map-weight");
  const list = document.getElementById("map-terms");
  const choices = Array.from(map.querySelectorAll("input[name=map-topic]"));
  const bubbles = Array.from(map.querySelectorAll(".bubble"));
  let chosen = 0;

  function weight() {
    return Number(slider.value) / Number(slider.max);
  }

  // A row is (term, p(w|t), p(t|w)), by falling p(w|t); log(p(w|t) / p(w)) is log p(t|w) and a
  // constant. Sorting is stable, so ties stay by falling p(w|t).
  function mostRelevant() {
    const own = weight();
    return data.topics[chosen]
      .map(function (row) {
        return { row: row, relevance: own * Math.log(row[1]) + (1 - own) * Math.log(row[2]) };
      })
      .sort(function (one, other) { return other.relevance - one.relevance; })
      .slice(0, data.n_shown)
      .map(function (entry) { return entry.row; });
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function bar(row, longest) {
    const all = data.n_items[row[0]];
    const own = all * row[2];
    const entry = element("li", "");
    const track = element("span", "track");
    const whole = element("span", "whole");
    const part = element("span", "part");
    whole.style.width = (100 * all) / longest + "%";
    part.style.width = (100 * own) / longest + "%";
    track.append(whole, part);
    entry.append(
      element("span", "term", data.terms[row[0]]), track,
      element("span", "count", own.toFixed(1) + " / " + all)
    );
    return entry;
  }

  function draw() {
    const rows = mostRelevant();
    const longest = Math.max(1, ...rows.map(function (row) { return data.n_items[row[0]]; }));
    list.replaceChildren(...rows.map(function (row) { return bar(row, longest); }));
    document.getElementById("map-value").textContent = weight().toFixed(2);
    slider.setAttribute("aria-valuetext", weight().toFixed(2));
  }

  function choose(topic) {
    chosen = topic;
    choices[topic].checked = true;
    bubbles.forEach(function (bubble) {
      const own = Number(bubble.dataset.topic) === topic;
      bubble.classList.toggle("chosen", own);
      // Above the other circles, below the numbers.
      if (own) bubble.parentNode.insertBefore(bubble, map.querySelector("#map-circles text"));
    });
    map.querySelectorAll(".map-facts").forEach(function (facts) {
      facts.hidden = Number(facts.dataset.topic) !== topic;
    });
    draw();
  }

  // Of circles that lie over each other, the one whose centre is nearest: where its number stands.
  const circles = document.getElementById("map-circles");
  circles.addEventListener("click", function (event) {
    const place = new DOMPoint(event.clientX, event.clientY);
    const point = place.matrixTransform(circles.getScreenCTM().inverse());
    const near = bubbles
      .map(function (bubble) {
        const circle = bubble.querySelector("circle");
        const x = circle.cx.baseVal.value - point.x;
        const y = circle.cy.baseVal.value - point.y;
        return { bubble: bubble, distance: Math.hypot(x, y), radius: circle.r.baseVal.value };
      })
      .filter(function (entry) { return entry.distance <= entry.radius; })
      .sort(function (one, other) { return one.distance - other.distance; });
    if (near.length) choose(Number(near[0].bubble.dataset.topic));
  });
  choices.forEach(function (choice) {
    choice.addEventListener("change", function () { choose(Number(choice.value)); });
  });
  slider.addEventListener("input", draw);
  window.addEventListener("beforeprint", function () {
    document.getElementById("map-table").open = true;
  });
  map.querySelectorAll(".map-script").forEach(function (part) { part.hidden = false; });
  map.classList.add("alive");
  choose(0);

  // The map as a page of its own has a button for the language, too.
  const language = document.getElementById("map-language");
  if (language) {
    language.addEventListener("click", function () {
      const root = document.documentElement;
      root.lang = root.dataset.lang = root.dataset.lang === "ja" ? "en" : "ja";
    });
  }
})();
