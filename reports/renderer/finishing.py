"""The last touch on a PDF before it is written: what screen readers and archives ask for beside it.

WeasyPrint makes PDF/A-3a. For PDF/UA-1 in the same file, heads of tables get their scope, running
heads are marked as no part of the text, and the metadata say that the file is both.
"""

import zlib
from collections.abc import Iterator, Mapping, MutableSequence
from typing import Any

SCOPES = {"/THead": "/Column", "/TBody": "/Row", "/TFoot": "/Row", "/Table": "/Row"}
"""What a head is the head of, by the part of the table that its row stands in."""

PDF_UA = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" \
pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
"""Says that the file is PDF/UA-1; of a word that it does not know, PDF/A wants to hear more."""

_END = b"</rdf:RDF>"


def finish(document: object, pdf: Any) -> None:  # noqa: ANN401, ARG001 (WeasyPrint ships no types)
    """Makes the file that WeasyPrint is about to write one of PDF/UA-1 as well as PDF/A-3a."""
    elements = [o for o in pdf.objects if isinstance(o, dict) and o.get("Type") == "/StructElem"]
    _give_heads_their_scope(pdf, elements)
    _set_running_heads_apart(pdf, elements)
    _name_both_standards(pdf)
    _name_attachments_once(pdf.catalog)
    for stream in pdf.objects:
        if getattr(stream, "compress", False):
            _compress(stream)


def _give_heads_their_scope(pdf: Any, elements: list[Any]) -> None:  # noqa: ANN401
    for head in elements:
        if head["S"] == "/TH":
            above = _at(pdf, head["P"])
            while above["S"] not in SCOPES:
                above = _at(pdf, above["P"])
            head["A"]["Scope"] = SCOPES[above["S"]]


def _set_running_heads_apart(pdf: Any, elements: list[Any]) -> None:  # noqa: ANN401
    """What WeasyPrint printed in the margins is in no tree of tags: as an artifact it need not be.

    A screen reader would otherwise meet text that belongs nowhere, on every page.
    """
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    whole = _at(pdf, root["K"][0])
    numbers = _at(pdf, root["ParentTree"])["Nums"]
    in_tree = set(whole["K"])
    pages = {reference: i for i, reference in enumerate(pdf.page_references)}
    for element in elements:
        if element.get("P") != whole.reference or element.reference in in_tree:
            continue
        page = element["Pg"]
        marks = set(_marks_under(pdf, element))
        _turn_into_artifacts(_at(pdf, _at(pdf, page)["Contents"]).stream, marks)
        tags = numbers[2 * pages[page] + 1]
        for mark in marks:
            tags[mark] = "null"


def _marks_under(pdf: Any, element: Any) -> Iterator[int]:  # noqa: ANN401
    """The numbers of all marked text under an element, which is emptied: nobody refers to it."""
    for kid in element["K"]:
        if isinstance(kid, int):
            yield kid
        else:
            yield from _marks_under(pdf, _at(pdf, kid))
    element.clear()


def _turn_into_artifacts(stream: MutableSequence[Any], marks: set[int]) -> None:
    for i, part in enumerate(stream):
        if isinstance(part, Mapping) and part.get("MCID") in marks:
            stream[i - 1 : i + 1] = ["/Artifact", "<</Type /Pagination>>"]


def _name_both_standards(pdf: Any) -> None:  # noqa: ANN401
    metadata = _at(pdf, pdf.catalog["Metadata"])
    (text,) = metadata.stream
    metadata.stream = [text.replace(_END, PDF_UA + _END)]
    metadata.compress = False  # to be read by programs that know nothing of PDF


def _name_attachments_once(catalog: Any) -> None:  # noqa: ANN401
    if "AF" in catalog:
        catalog["AF"][:] = dict.fromkeys(catalog["AF"])


def _compress(stream: Any) -> None:  # noqa: ANN401
    """Compresses once what would be compressed twice: for the file, and for its identifier.

    What would end in a carriage return stays as it is: with the line feed that follows, some
    readers take it for the end of a line and miss a byte.
    """
    parts = [part.data if hasattr(part, "data") else part for part in stream.stream]
    plain = b"\n".join(p if isinstance(p, bytes) else str(p).encode("ascii") for p in parts)
    made = zlib.compress(plain, 9)
    stream.compress = False
    if made.endswith(b"\r"):
        stream.stream = [plain]
    else:
        stream.stream = [made]
        stream.extra["Filter"] = "/FlateDecode"


def _at(pdf: Any, reference: bytes) -> Any:  # noqa: ANN401
    return pdf.objects[int(reference.split()[0])]
