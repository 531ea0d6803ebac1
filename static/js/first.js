// What a customer's first page can do. Without htmx and what only other pages need it is less than half as heavy.
import "./again.js";
import "./appearance.js";
import "./focus.js";
import "./live.js";
import "./menu.js";
import "./once.js";
import "./session.js";
import "./toast.js";
