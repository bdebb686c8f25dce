"""The command ``bangfu``: its verbs, and how faults end a call."""

from __future__ import annotations

import os
import sys
import traceback
from typing import NoReturn

import typer

from bangfu import __version__
from bangfu.cli import (
    clusters,
    compare,
    data,
    demo,
    exports,
    imports,
    keys,
    money,
    papers,
    run,
    scheme,
    site,
)
from bangfu.cli.usage import usage_text
from bangfu.cli.words import LANGUAGES, fault_lines, say, show
from bangfu.vocabulary.errors import (
    BangfuError,
    ComputationError,
    ExpressionError,
    FaultsFound,
    ShareError,
)

__all__ = ["app", "main"]

app = typer.Typer(
    name="bangfu",
    help=say(
        "帮扶：把帮扶政策作为数据，在自己的表格上运行全流程，每个数都能回到条款。",
        "Bangfu: a policy of paired assistance as data, run on your own tables; "
        "every figure leads back to its clause.",
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
scheme_app = typer.Typer(
    help=say("查看、检查方案", "look at and check schemes"),
    no_args_is_help=True,
    rich_markup_mode=None,
)
import_app = typer.Typer(
    help=say("导入基础数据", "import reference data"), no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(scheme_app, name="scheme")
app.add_typer(import_app, name="import")


@app.callback()
def _shared(
    lang: str = typer.Option("zh", help=say("界面语言：zh 或 en", "language: zh or en")),
) -> None:
    """``--lang`` is taken off the call before it is parsed; it stands here for the help."""


@app.command(help=say("版本号", "version"))
def version() -> None:
    print(__version__)


run.register(app)
scheme.register(scheme_app)
compare.register(scheme_app)
money.register(app)
data.register(app, import_app)
clusters.register(app)
papers.register(app, scheme_app)
site.register(app)
demo.register(app)
keys.register(app)
imports.register(app, import_app)
exports.register(app)


def main() -> None:
    """Run the command line; faults go to the error stream, without a traceback."""
    try:
        # A command that ends with typer.Exit comes back with its exit code, not as an exception.
        code = app(args=_without_language(sys.argv[1:]), standalone_mode=False)
        raise SystemExit(code if isinstance(code, int) else 0)
    except typer.Abort:
        raise SystemExit(130) from None
    except KeyboardInterrupt:
        _stop([say("已中断，没有留下半成品。", "interrupted; nothing was left half-written.")], 130)
    except FaultsFound as found:
        _stop(fault_lines(found.faults))
    except ExpressionError as error:
        _stop(_expression_lines(error))
    except (ShareError, ComputationError) as error:
        _stop(_computation_lines(error))
    except BangfuError as error:
        _stop([str(error)])
    except Exception as error:
        if hasattr(error, "format_message"):
            _stop([usage_text(error)])
        _stop_unexpected(error)


def _without_language(words: list[str]) -> list[str]:
    """``--lang`` may stand anywhere; it is read by ``words.language`` and refused here."""
    kept: list[str] = []
    given: list[str] = []
    remaining = iter(words)
    for word in remaining:
        if word == "--lang":
            given.append(next(remaining, ""))
        elif word.startswith("--lang="):
            given.append(word.removeprefix("--lang="))
        else:
            kept.append(word)
    for language in given:
        if language not in LANGUAGES:
            accepted = " | ".join(LANGUAGES)
            _stop([say(f"--lang 只能填 {accepted}。", f"--lang accepts {accepted}.")])
    return kept


def _expression_lines(error: ExpressionError) -> list[str]:
    message, shown = show(error.message), error.expression[:200]
    return [
        say(
            f"方案中的表达式不能执行：{message}（{error.code}）",
            f"An expression of the scheme cannot be run: {message} ({error.code})",
        ),
        say(f"  表达式：{shown}", f"  Expression: {shown}"),
        say(
            "  请用 bangfu scheme check 查看它在方案中的位置。",
            "  bangfu scheme check says where it stands in the scheme.",
        ),
    ]


def _computation_lines(error: ShareError | ComputationError) -> list[str]:
    facts = ", ".join(f"{name}={value!r}"[:300] for name, value in error.facts.items())
    return [
        say(
            f"按所给的数不能计算，结果没有写出（{error.message}；{facts}）。",
            f"This cannot be computed, no result was written: {error.message}; {facts}.",
        ),
        say(
            "  请核对命令里的取值（如 --set）和数据中的这些数。",
            "  Check these figures in the call (such as --set) and in the tables.",
        ),
    ]


def _stop(lines: list[str], code: int = 2) -> NoReturn:
    print("\n".join(line for line in lines if line), file=sys.stderr)
    raise SystemExit(code)


def _stop_unexpected(error: Exception) -> NoReturn:
    """Something nobody foresaw: said so plainly; the trace only where it is asked for."""
    if os.environ.get("BANGFU_DEBUG") == "1":
        traceback.print_exc()
    _stop(
        [
            say(
                f"程序内部出错（{type(error).__name__}），结果没有写出。"
                "设 BANGFU_DEBUG=1 再运行一次可得到详细记录。",
                f"an internal error ({type(error).__name__}); no result was written. "
                "Run again with BANGFU_DEBUG=1 for the trace.",
            )
        ],
        3,
    )
