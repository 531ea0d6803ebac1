// What every page can do, one behaviour a file.
import "./appearance.js";
import "./dialog.js";
import "./draft.js";
import "./due.js";
import "./fill.js";
import "./fold.js";
import "./hold.js";
import "./keys.js";
import "./live.js";
import "./menu.js";
import "./once.js";
import "./picks.js";
import "./puts.js";
import "./rail.js";
import "./session.js";
import "./talk.js";
import "./toast.js";
