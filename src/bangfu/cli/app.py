"""The command ``bangfu``: its verbs, and how faults end a call."""

from __future__ import annotations

import os
import sys
import traceback

import typer

from bangfu import __version__
from bangfu.cli import data, money, run, scheme
from bangfu.cli.words import fault_lines, say, show
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
    if lang not in ("zh", "en"):
        raise typer.BadParameter("--lang: zh | en")


@app.command(help=say("版本号", "version"))
def version() -> None:
    print(__version__)


run.register(app)
scheme.register(scheme_app)
money.register(app)
data.register(app, import_app)


def main() -> None:
    """Run the command line; faults go to the error stream, without a traceback."""
    try:
        app(args=_without_language(sys.argv[1:]), standalone_mode=False)
    except typer.Exit as done:
        raise SystemExit(done.exit_code) from None
    except typer.Abort:
        raise SystemExit(130) from None
    except KeyboardInterrupt:
        _stop([say("已中断，没有留下半成品。", "interrupted; nothing was left half-written.")], 130)
    except FaultsFound as found:
        _stop(fault_lines(found.faults))
    except ExpressionError as error:
        _stop([f"{show(error.message)}（{error.code}）{error.expression}"])
    except (ShareError, ComputationError) as error:
        facts = ", ".join(f"{name}={value!r}"[:300] for name, value in error.facts.items())
        _stop([say("按所给数据不能计算：", "cannot be computed as asked: ") + error.message, facts])
    except BangfuError as error:
        _stop([str(error)])
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:
        usage = getattr(error, "format_message", None)
        if usage is not None:
            _stop([usage()])
        _stop_unexpected(error)


def _without_language(words: list[str]) -> list[str]:
    """``--lang`` may stand anywhere; it is read by ``words.language``."""
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "--lang":
            skip = True
        elif not word.startswith("--lang="):
            kept.append(word)
    return kept


def _stop(lines: list[str], code: int = 2) -> None:
    print("\n".join(line for line in lines if line), file=sys.stderr)
    raise SystemExit(code)


def _stop_unexpected(error: Exception) -> None:
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
