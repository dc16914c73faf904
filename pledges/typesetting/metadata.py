"""What the file says of itself: title, author, date, the standards that it follows, the edition mark."""

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

PRODUCER = "ReportLab"
CREATOR = "Pledges of the World Assembly of Local and Regional Governments"
_MARK_NAMESPACE = "urn:walrg:declaration#"


@dataclass(frozen=True, slots=True)
class Claims:
    """The standards that a file says it follows: a part and conformance level of PDF/A (ISO 19005), and PDF/UA-1 if `accessible`.

    A file that is not accessible has no properties of its own either, so it needs no extension schema, which some validators do not know.
    """

    part: int = 3
    conformance: str = "A"
    accessible: bool = True


FULL = Claims()


@dataclass(frozen=True, slots=True)
class Metadata:
    """Title, author and subject in the document's language; `moment` is the document's date; `mark` is its edition mark."""

    title: str
    author: str
    subject: str
    language: str
    moment: datetime
    mark: str
    claims: Claims = FULL

    def info(self) -> dict[str, str]:
        """The entries of the Info dictionary, dates apart."""
        return {
            "Title": self.title,
            "Author": self.author,
            "Subject": self.subject,
            "Creator": CREATOR,
            "Producer": PRODUCER,
            "WALRGDeclaration": self.mark,
        }

    def packet(self) -> bytes:
        """The XMP packet: the standards, and the same words as Info (ISO 19005-3, 6.6.2 and 6.6.3)."""
        moment = self.moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return _PACKET.format(
            title=self._alternatives(self.title),
            subject=self._alternatives(self.subject),
            author=escape(self.author),
            language=escape(self.language),
            moment=moment,
            creator=escape(CREATOR),
            producer=escape(PRODUCER),
            part=self.claims.part,
            conformance=self.claims.conformance,
            own=_OWN.format(namespace=_MARK_NAMESPACE, mark=escape(self.mark), schemas=_schemas()) if self.claims.accessible else "",
        ).encode()

    def _alternatives(self, text: str) -> str:
        languages = ("x-default", self.language)
        items = "".join(f"<rdf:li xml:lang={quoteattr(language)}>{escape(text)}</rdf:li>" for language in languages)
        return f"<rdf:Alt>{items}</rdf:Alt>"


def _schemas() -> str:
    """The extension schemas of the packet's properties that PDF/A does not know."""
    return _schema(
        "PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", "part", "Integer", "Part of ISO 14289"
    ) + _schema("Declaration", _MARK_NAMESPACE, "walrg", "mark", "Text", "Edition, language and Merkle root of the declaration")


def _schema(name: str, namespace: str, prefix: str, entry: str, kind: str, description: str) -> str:
    """An extension schema, which PDF/A asks for where a property is not of its own list (ISO 19005-3, 6.6.2.3)."""
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{name}</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI><pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>{entry}</pdfaProperty:name>'
        f"<pdfaProperty:valueType>{kind}</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
        f"<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>"
    )


_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title>{title}</dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description>{subject}</dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:CreatorTool>{creator}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{conformance}</pdfaid:conformance>
</rdf:Description>
{own}</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

_OWN = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:walrg="{namespace}">
<pdfuaid:part>1</pdfuaid:part><walrg:mark>{mark}</walrg:mark>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
