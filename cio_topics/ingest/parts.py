"""The parts of a meeting's page: their labels, and lines that say what they are without one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cio_topics.ingest.dates import normal_form, read_date, read_times, without_spaces
from cio_topics.ingest.records import Line
from cio_topics.ingest.wording import Marked, handout_mark, line_mark

__all__ = [
    "CHANGED",
    "END",
    "LABEL",
    "NOT_HELD",
    "PARTS",
    "PROSE",
    "SPEAKER",
    "PageText",
    "own_mark",
    "page_texts",
    "squeeze",
    "when_or_where",
]


#: Labels of the parts of a page, without spaces.
PARTS = {
    "date": (r"(?:開催)?(?:日時|日程|年月日)|開催日|とき|会議日時|日時・場所|日時及び場所"),
    "place": r"(?:開催)?場所|会場|ところ|開催形式|開催方法",
    "attendance": (
        r"出席者?(?:一覧|名簿)?|出席(?:委員|構成員|本部員)|構成員|委員|参加者|欠席者?|事務局|出席"
        r"|陪席者?|列席者?|出席者等|議長|座長|オブザーバー?"
    ),
    "agenda": (
        r"議事次第|会議次第|次第|議事日程|議事|議題(?:等)?|会議の?模様|審議事項|付議事項|主な議題|案件"
        r"|議事次第及び配[布付]資料"
    ),
    "handouts": (
        r"(?:配[布付]|会議|提出|当日)?資料(?:一覧|等|リスト)?|配[布付]資料及び議事録|関連資料|関連資料等"
    ),
    "minutes": (
        r"議事(?:経過|概要|要旨|内容|録|要録)|会議の?(?:経過|概要|内容|結果)"
        r"|議事の?(?:経過|概要|要旨|内容)|発言(?:要旨|内容|概要)?|主な(?:意見|発言|議論|意見等)"
        r"|(?:会議の?)?結果(?:概要)?|質疑応答の?概要|概要及び結果|議論の概要"
    ),
    "other": (
        r"(?:連絡先|問い?合わせ先?|お問い?合わせ(?:先)?|担当|照会先|備考|注記?|関連リンク|参考リンク"
        r"|リンク|根拠|傍聴|公開|会見|動画|このページの?(?:トップ|先頭)(?:へ|に戻る)?"
        r"|ページの先頭(?:へ|に戻る)?|戻る|トップページ|前のページ|更新日|最終更新)"
    ),
}
_ASIDE = r"(?:\([^()]{0,20}\))?"
LABEL = re.compile(
    r"^[\[<(【■□◆◇●○◎▼•・*]*\s*"
    + "(?:"
    + "|".join(f"(?P<{name}>(?:{pattern}))" for name, pattern in PARTS.items())
    + ")"
    + _ASIDE
    + r"[\])>】]*\s*(?P<sep>[::]|$|(?<=[\])>])|\s)\s*"
)
_SPACED_WORDS = re.compile(
    r"(?<![A-Za-z0-9])((?:[ぁ-んァ-ヶ一-龥] ){1,3}[ぁ-んァ-ヶ一-龥])(?=[\s::]|$)"
)
PROSE = re.compile(r"。(?:$|\s*[^)」』])|(?:です|ます|した|である)[。]?$")
SPEAKER = re.compile(
    r"^[○◯●]\s*[^\s]{1,20}(?:大臣|長官|長|委員|構成員|本部員|参与|補佐官|監|議長|座長|知事|氏|君|官)[\s::]"
)
END = re.compile(
    r"^\(?以上\)?$|^(?:copyright|©|\(c\))|^〒|^(?:ページの?(?:先頭|トップ)|このページの|トップページ|戻る)",
    re.I,
)
# Days that are not those of the meeting: of the page, or of its copy in an archive.
NOT_HELD = re.compile(
    r"更新|公表|掲載|保存|収集|時点|予備日|公開日|登録日|印刷|アーカイブ|captures?", re.I
)
CHANGED = re.compile(r"[\[(<]?(?:変更|延期)後(?:の日程|の日時)?[\])>]?")
_ROOM = re.compile(
    r"(?:室|講堂|ホール|官邸|庁舎|会館|センター|号館|階|館|オンライン(?:会議|開催)?|[Ww][Ee][Bb]会議"
    r"|ウェブ会議|テレビ会議)"
    r"(?:\([^()]{1,40}\))?[A-Z0-9]{0,6}$"
)


class PageText(NamedTuple):
    """A line in normal form beside its source; `field`: a row with a name of its own (定員)."""

    raw: str
    normal: str
    line: Line
    field: bool = False


def page_texts(lines: Sequence[Line]) -> Iterator[PageText]:
    """Yield the lines of a page; a row with a label is parted into what stands in its cells."""
    for line in lines:
        if line.cells:
            yield from _row_texts(line)
        else:
            yield from _one_text(line)


def _row_texts(line: Line) -> Iterator[PageText]:
    """Read a row as its label and what stands beside it, or as one line."""
    first = squeeze(line.cells[0])
    mark = line_mark(first)
    if not (_is_label(first) or _is_label(squeeze(mark.rest))):
        named = not mark.label and handout_mark(first) is None and _FIELD_NAME.fullmatch(first)
        yield from (text._replace(field=bool(named)) for text in _one_text(line))
        return
    parts = [part for cell in line.cells[1:] for part in cell.split("\n") if part.strip(" :：")]
    for place, part in enumerate(parts):
        prefix = f"{first}: " if place == 0 else ""
        links = tuple(link for link in line.links if link.text and link.text in part)
        yield from _one_text(Line(prefix + part, links))


_FIELD_NAME = re.compile(r"[ぁ-んァ-ヶ一-龥ー・ ]{1,10}(?:\(.{1,12}\))?")


def _is_label(text: str) -> bool:
    """Tell whether a text is nothing but the label of a part."""
    label = LABEL.match(text)
    return label is not None and label.end() == len(text)


def _one_text(line: Line) -> Iterator[PageText]:
    normal = squeeze(line.text)
    yield PageText(line.text, normal, line)


def squeeze(text: str) -> str:
    """Return the normal form; words printed with a space between characters are closed (日 時)."""
    normal = normal_form(text)
    if " " not in normal:
        return normal
    return _SPACED_WORDS.sub(lambda m: m[1].replace(" ", ""), normal)


def when_or_where(text: str) -> str:
    """Tell whether a line is nothing but a day or an hour (``date``), or a room (``place``)."""
    if len(text) > 60 or "。" in text or "について" in text:
        return ""
    bare = without_spaces(text)
    date, times = read_date(bare), read_times(bare)
    if (date.precision == "day" and date.start <= 3) or (times.start and len(bare) <= 24):
        return "" if NOT_HELD.search(bare) else "date"
    return "place" if _ROOM.search(bare) else ""


def own_mark(text: PageText) -> Marked:
    """Return the number printed in the line or, failing that, the one of its list item."""
    mark = line_mark(text.raw)
    if mark.label or not text.line.marker:
        return mark
    marker = text.line.marker
    if marker == "•":
        return Marked(marker, "•", None, mark.rest)
    return Marked(marker, "1.", int(marker.rstrip(".")), mark.rest)
