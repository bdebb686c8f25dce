/**
 * What every page loads. Each module listens on the document, so parts of a page that are
 * exchanged later behave like those that were there from the start.
 */
import "./style.css";

import { startCells } from "./cells.ts";
import { startCopying } from "./copying.ts";
import { startFilling } from "./filling.ts";
import { startGrids } from "./grids.ts";
import { startMenus } from "./menus.ts";
import { startMessages } from "./messages.ts";
import { startPasting } from "./pasting.ts";
import { startRequests } from "./requests.ts";
import { startShortcuts } from "./shortcuts.ts";
import { startSubmits } from "./submits.ts";
import { startTables } from "./tables.ts";
import { startUnsaved } from "./unsaved.ts";

startRequests();
startMenus();
startMessages();
startShortcuts();
startCopying();
startSubmits();
startUnsaved();
startTables();
startGrids();
startCells();
startFilling();
startPasting();
