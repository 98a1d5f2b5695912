"""Texts of shapes of every age; what is in comments is not among them."""

from __future__ import annotations

import pytest
from packagecases import with_member
from workbooks import filled

from toolkit.xlsx.package import open_package

DRAWING = (
    '<x:wsDr xmlns:x="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    "<x:grpSp><x:sp><x:txBody><a:p><a:r><a:t>组合里</a:t></a:r><a:r><a:t>的字</a:t></a:r></a:p></x:txBody></x:sp></x:grpSp>"
    "</x:wsDr>"
)
DIAGRAM = (
    '<d:dataModel xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:ptLst>'
    "<d:pt><d:t><a:p><a:r><a:t>第一步</a:t></a:r></a:p></d:t></d:pt><d:pt><d:t><a:p/></d:t></d:pt>"
    "<d:pt><d:t><a:p><a:r><a:t>第二步</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"
)
OLD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="a"><v:textbox><div><font>旧框&amp;字</font><br>'
    '</div></v:textbox><x:ClientData ObjectType="{kind}"/></v:shape></xml>'
)


@pytest.mark.parametrize(
    ("part", "xml", "texts"),
    [
        ("xl/drawings/drawing1.xml", DRAWING, ("组合里的字",)),
        ("xl/diagrams/data1.xml", DIAGRAM, ("第一步", "第二步")),
        ("xl/diagrams/drawing1.xml", DIAGRAM, ()),  # drawn from the data once more
        ("xl/drawings/vmlDrawing1.vml", OLD.format(kind="Rect"), ("旧框&字",)),
        ("xl/drawings/vmlDrawing1.vml", OLD.format(kind="Note"), ()),
        ("xl/charts/chart1.xml", DRAWING, ()),
    ],
)
def test_the_texts_of_shapes(part: str, xml: str, texts: tuple[str, ...]) -> None:
    package = open_package(with_member(filled("2021"), part, xml.encode()))
    assert package.drawing_texts() == texts
