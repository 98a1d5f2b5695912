"""What is wrong in the braces of a house template, in the words of the person who drew it in Word."""

from __future__ import annotations

import re

# What jinja2 says of a template that is not well formed, and what we say: `{}` is what stood in its quotes.
_SYNTAX = (
    (r"No filter named '(.+?)'", "没有“{}”这种过滤器"),
    (r"No test named '(.+?)'", "没有“{}”这种判断"),
    (r"unknown tag '(end\w+|else|elif)'", "多了一个“{}”，前面没有与它配对的 for 或 if"),
    (r"unknown tag '(.+?)'", "没有“{}”这种语句，能用的是 for 和 if"),
    (r"[Uu]nexpected end of template", "有的 for 或 if 后面没有写 endfor 或 endif"),
    (r"got '(.+?)'", "“{}”放错了地方，或者它前面少了符号、括号"),
    (r"", "括号或引号没有成对，或者多了、少了符号"),
)
_LONGEST_QUOTE = 40
_LINES_BEFORE = 3  # docxtpl keeps so many lines of the document before the faulty one


def explain_fault(error: Exception) -> str:
    """Return what stopped a template in one Chinese sentence, with the text it stands in where that is known."""
    from jinja2 import TemplateError

    if isinstance(error, TemplateError):
        return f"{_syntax(error.message or '')}{_where(error, getattr(error, 'lineno', 1))}"
    if isinstance(error, ZeroDivisionError):
        return "有一处除以了 0"
    if isinstance(error, ArithmeticError):
        return "有一处算不出来"
    return "有一处把文字当成数来算，或者用错了过滤器；表里的数印出来是文字，不能再计算"


def _syntax(message: str) -> str:
    return next(said.format(*found.groups()) for shape, said in _SYNTAX if (found := re.search(shape, message)))


def _where(error: Exception, line: int) -> str:
    """Return the text of the paragraph a fault was found in, '' where docxtpl did not keep it."""
    lines = list(getattr(error, "docx_context", ()))
    place = min(_LINES_BEFORE, line - 1)
    text = lines[place].strip() if place < len(lines) else ""
    return f"（在“{text[:_LONGEST_QUOTE]}”附近）" if text else ""
