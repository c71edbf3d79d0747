"""The catalogue of "no": every way the server declines, each with a stable code, a status and a sentence in both languages.

A refusal is raised anywhere below a route and leaves in one shape: {"code", "zh", "en", "detail"}. Codes never change their
meaning; phones and administrators' notes hold them. The sentences say what happened and what to do, never how we failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One way of saying no. The texts may hold {names} of details."""

    code: str
    status: int
    zh: str
    en: str


# fmt: off
_KINDS = (
    # Requests of any kind
    Kind("not_found", 404, "没有这个地址。", "There is nothing at this address."),
    Kind("method_not_allowed", 405, "这个地址不支持这种操作。", "This address does not take this kind of request."),
    Kind("malformed", 400, "内容读不懂：{reason}", "The request could not be read: {reason}"),
    Kind("unsupported_type", 415, "请用 {expected} 格式发送。", "Send the request as {expected}."),
    Kind("too_large", 413, "内容太大，最多 {limit} 字节。", "The request is too large; at most {limit} bytes."),
    Kind("foreign_origin", 403, "请求来自别的网站，没有处理。", "The request came from another site and was not carried out."),
    Kind("busy", 503, "服务器正忙，稍后会自动再试。", "The server is busy; try again shortly."),
    Kind("disk_full", 507, "服务器存储已满，暂时不能写入；请告诉管理员。", "The server's disk is full, nothing can be written now; please tell the administrator."),
    Kind("server_error", 500, "服务器出错了，内容没有丢；请稍后再试。", "The server failed; nothing was lost. Please try again later."),
    # Signing in and accounts
    Kind("sign_in", 401, "请先登录。", "Please sign in."),
    Kind("wrong_password", 401, "账号或密码不对。", "The account or the password is wrong."),
    Kind("throttled", 429, "试得太多了，请 {seconds} 秒后再试。", "Too many attempts; try again in {seconds} seconds."),
    Kind("device_taken", 409, "这个设备编号属于别的账号，请换一个新编号。", "This device id belongs to another account; take a new one."),
    Kind("device_revoked", 403, "这台设备已被停用，请联系管理员。", "This device was shut out; please ask the administrator."),
    Kind("device_left", 403, "这台手机已不再用于工作，这条内容已交给管理员保管。", "This phone is no longer used for the work; this entry is kept for the administrator."),
    Kind("device_lost", 409, "这台手机已登记为丢失，不能再改成不用了。", "This phone is listed as lost; that cannot become left."),
    Kind("unknown_device", 404, "没有这台手机。", "There is no such phone."),
    Kind("unknown_entry", 404, "没有这一条，或已经处理过。", "There is no such entry, or it was dealt with."),
    Kind("needs_https", 403, "只能通过 HTTPS 登录；请让管理员检查反向代理的设置。", "Signing in needs HTTPS; ask the administrator to check the reverse proxy's settings."),
    Kind("wrong_old_password", 403, "原密码不对。", "The old password is wrong."),
    Kind("weak_password", 422, "密码至少 8 位，不能是常见密码，也不能与账号相同。", "A password needs at least 8 characters and must be neither a common one nor the account's name."),
    # Scope: who may read and write what
    Kind("unknown_village", 404, "没有这个村，或不在你的工作范围内。", "There is no such village within your work."),
    Kind("village_left", 403, "你已不在这个村工作，这条内容已交给管理员保管。", "You no longer work in this village; this entry is kept for the administrator."),
    Kind("village_read_only", 403, "这些内容由系统维护，不能在手机上修改。", "This is kept by the server and cannot be changed from a phone."),
    Kind("unknown_record", 404, "没有这条记录，或不在你的工作范围内。", "There is no such record within your work."),
    # Sync: the request
    Kind("hello_first", 400, "同步请求要以 hello 行开头。", "A sync request begins with its hello line."),
    Kind("unknown_protocol", 400, "服务器不认识这个同步协议版本，请更新应用。", "The server does not know this version of the sync protocol; please update the app."),
    # Sync: single lines
    Kind("unknown_kind", 422, "不认识的记录类别“{kind}”。", "Unknown kind of record: {kind}."),
    Kind("unknown_question", 422, "表单里没有“{question}”这一项。", "The form has no question {question}."),
    Kind("wrong_type", 422, "“{question}”的内容类型不对。", "The answer to {question} has the wrong type."),
    Kind("local_only", 422, "“{question}”只留在手机上，服务器不收。", "{question} stays on the phone; the server does not take it."),
    Kind("consent_needed", 422, "本人没有同意登记，这条只留在手机上，服务器不收。", "The person has not agreed to be listed; this stays on the phone, the server does not take it."),
    Kind("move_not_allowed", 403, "你的角色不能这样改状态。", "Your role may not make this change of state."),
    Kind("answer_not_yours", 403, "“{question}”不由你的角色填写。", "{question} is not for your role to answer."),
    Kind("malformed_line", 400, "这一行读不懂，原样保存在服务器上。", "This line could not be read; it is kept on the server as it came."),
    Kind("line_too_large", 413, "这一行太大，最多 {limit} 字节。", "This line is too large; at most {limit} bytes."),
    # Files of answers
    Kind("unknown_file", 404, "没有这个文件，或不在你的工作范围内。", "There is no such file within your work."),
    Kind("file_offset", 409, "接不上：服务器已收到 {offset} 字节，请从那里继续。", "This piece does not fit on: the server has {offset} bytes; go on from there."),
    Kind("file_hash", 422, "收到的内容与文件编号不符，请从头再发。", "What arrived is not the file it was said to be; please send it again from the start."),
    Kind("file_too_large", 413, "文件太大，最多 {limit} MB。", "The file is too large; at most {limit} MB."),
    Kind("file_type", 422, "这种文件不收，或内容与后缀不符。", "Files of this kind are not taken, or the content is not what its ending says."),
    Kind("file_metadata", 422, "图片里还带着拍摄信息（可能有位置），请去掉后再发。", "The picture still carries the camera's notes, maybe the place; remove them and send it again."),
    Kind("file_pixels", 422, "图片太大，最多 {limit} 百万像素。", "The picture is too large; at most {limit} million pixels."),
    Kind("file_unsafe", 422, "文件内部的写法不安全，没有收下；请重新保存一份再发。", "The file is put together in an unsafe way and was not taken; save it anew and send that."),
    Kind("files_today", 429, "一天最多发送 {limit} MB 文件，其余的稍后自动继续。", "At most {limit} MB of files a day; the rest goes on by itself later."),
    Kind("files_full", 507, "服务器上放文件的地方已满；文字照常发送，请告诉管理员。", "The server has no more room for files; text still goes through. Please tell the administrator."),
    # A phone's file of unsent changes
    Kind("unsent_file", 422, "这不是手机存下的未发送内容，或文件不完整。", "This is not a phone's file of unsent changes, or it is not whole."),
    Kind("unsent_passphrase", 422, "口令不对，或文件不完整。", "The passphrase is wrong, or the file is not whole."),
    Kind("unsent_newer", 422, "这个文件来自更新的应用，请先更新服务器。", "This file was made by a newer app; update the server first."),
    Kind("unsent_account", 404, "这台服务器上没有写这些内容的账号。", "The account that wrote this is not on this server."),
    # Forms
    Kind("unknown_form", 404, "没有这个版本的表单。", "There is no form of this version."),
    Kind("administrators_only", 403, "这一项由县管理员办理。", "This is for the county's administrator."),
    Kind("form_changed", 409, "刚才有人发布过这张表，请重新看一遍再发布。", "Somebody published this form a moment ago; look at it again before you publish."),
    Kind("no_workbook", 404, "这个版本没有留下表格文件。", "This version left no spreadsheet."),
)
# fmt: on

CATALOGUE: dict[str, Kind] = {kind.code: kind for kind in _KINDS}
assert len(CATALOGUE) == len(_KINDS), "a refusal code is used twice"


class _Details(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


class Refusal(Exception):
    """Raise it to say no. Details are shown to the person: never put an answer's content into them."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.kind = CATALOGUE[code]
        self.detail = detail

    def body(self) -> dict[str, Any]:
        known = _Details(self.detail)
        return {
            "code": self.kind.code,
            "zh": self.kind.zh.format_map(known),
            "en": self.kind.en.format_map(known),
            "detail": self.detail,
        }
