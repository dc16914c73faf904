"""A cabinet prints the paper, sends in the scan, and sees where it is; officers read it in their own pages."""

import io
import subprocess
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp

from pledges.domain.paper import check_code, plain_check_code
from pledges.extensions import db
from pledges.models import SignedFile
from tests.accounts.officers import make_officer, sign_in, token
from tests.leader.cabinet import Cabinet

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def send(cabinet: Cabinet, data: bytes = PNG) -> Any:
    fields = {"scan-file": (io.BytesIO(data), "scan.html"), "scan-csrf_token": cabinet.token()}
    return cabinet.client.post(f"{cabinet.home}/scan", data=fields, content_type="multipart/form-data")


def officer(cabinet: Cabinet, name: str) -> Any:
    """A signed-in officer's browser."""
    browser, email = cabinet.app.test_client(), f"{name}@secretariat.example"
    sign_in(browser, make_officer(cabinet.app, email=email), email=email)
    return browser


def act(browser: Any, address: str, **fields: str) -> Any:
    page = browser.get(address.rpartition("/")[0])
    return browser.post(address, data=fields | {"csrf_token": token(page)})


def test_the_slip_is_read_back_with_its_lines_code_and_number(cabinet: Cabinet, tmp_path: Path):
    pdf = cabinet.prepare().client.get(f"{cabinet.home}/slip.pdf").data
    path = tmp_path / "slip.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    with cabinet.app.app_context():
        fingerprint = cabinet.pledge().current.fingerprint or ""
    for told in (
        "Ayşe Yıldırım",
        "Açık veri ofisi kurmak.",
        "Signature by hand",
        "Day of the signature",
        check_code(fingerprint),
        cabinet.public_id,
    ):
        assert told in text
    pages = [page.render(scale=3).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    codes = {found.text for page in pages for found in zxingcpp.read_barcodes(page)}
    assert codes == {f"http://localhost:8000/verify?number={cabinet.public_id}"}
    assert f'value="{cabinet.public_id}"' in cabinet.client.get(f"/verify?number={cabinet.public_id}").text


def test_a_paper_goes_from_the_cabinet_past_two_officers_to_the_receipt(cabinet: Cabinet):
    assert send(cabinet.prepare()).location == cabinet.home
    assert "The paper has arrived" in cabinet.client.get(cabinet.home).text
    first, second = officer(cabinet, "first"), officer(cabinet, "second")
    assert cabinet.public_id in first.get("/secretariat/papers").text
    assert "Ayşe Yıldırım" not in first.get("/secretariat/papers/1").text
    with cabinet.app.app_context():
        code = plain_check_code(check_code(cabinet.pledge().current.fingerprint or ""))
    read = {"read-name": "Ayşe Yıldırım", "read-office": "Mayor", "read-day": "2024-09-18"}
    assert act(first, "/secretariat/papers/1/read", **read, **{"read-code": "nonsense"}).status_code == 422
    assert act(first, "/secretariat/papers/1/read", **read, **{"read-code": code}).status_code == 303
    assert "One officer has read the paper" in cabinet.client.get(cabinet.home).text
    assert "Confirm the paper" not in first.get("/secretariat/papers/1").text
    assert "Confirm the paper" in second.get("/secretariat/papers/1").text
    act(first, "/secretariat/papers/1/confirm")
    assert "signed" not in cabinet.client.get(f"{cabinet.home}/receipt").headers.get("Location", "")
    assert cabinet.client.get(f"{cabinet.home}/receipt").status_code == 404
    assert act(second, "/secretariat/papers/1/confirm").location == f"/secretariat/pledges/{cabinet.public_id}"
    assert "Signed on paper, checked by two officers" in cabinet.client.get(f"{cabinet.home}/receipt").text
    assert "/secretariat/files/1" in second.get(f"/secretariat/pledges/{cabinet.public_id}").text


def test_a_refused_paper_is_told_with_the_officers_words_as_text(cabinet: Cabinet):
    send(cabinet.prepare())
    act(officer(cabinet, "first"), "/secretariat/papers/1/refuse", **{"refuse-reason": "<b>Page 2</b> is missing."})
    page = cabinet.client.get(cabinet.home).text
    assert "The paper was refused" in page
    assert "&lt;b&gt;Page 2&lt;/b&gt; is missing." in page
    assert send(cabinet).location == cabinet.home
    assert "The paper has arrived" in cabinet.client.get(cabinet.home).text


def test_a_scan_is_served_to_officers_alone_and_never_as_a_page(cabinet: Cabinet):
    send(cabinet.prepare(), b"%PDF-1.4 <script>alert(1)</script>")
    assert cabinet.client.get("/secretariat/files/1").status_code in (302, 303, 401, 403)
    answer = officer(cabinet, "first").get("/secretariat/files/1")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_what_is_no_scan_is_told_at_the_field_and_kept_nowhere(cabinet: Cabinet):
    cabinet.prepare()
    answer = send(cabinet, b"<svg onload=alert(1)>")
    assert answer.status_code == 422
    assert "neither a PDF nor a picture" in answer.text
    with cabinet.app.app_context():
        assert db.session.query(SignedFile).all() == []


def test_a_paper_that_came_by_post_is_taken_in_by_its_number(cabinet: Cabinet):
    cabinet.prepare()
    browser = officer(cabinet, "first")
    for number, status in (("0" * 32, 422), (f" {cabinet.public_id} ", 303)):
        fields = {
            "bring-number": number,
            "bring-file": (io.BytesIO(PNG), "x"),
            "bring-csrf_token": token(browser.get("/secretariat/papers")),
        }
        assert browser.post("/secretariat/papers", data=fields, content_type="multipart/form-data").status_code == status
    with cabinet.app.app_context():
        assert db.session.query(SignedFile).one().uploaded_by_id is not None
