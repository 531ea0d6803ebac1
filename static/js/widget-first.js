// Before anything else in the frame: htmx writes down where it is as soon as it is loaded, and in somebody else's page
// nothing is stored before a chat has begun. What is kept of the chat then goes to localStorage.
{
  const store = Storage.prototype.setItem;
  Storage.prototype.setItem = function (name, value) {
    if (this === localStorage) store.call(this, name, value);
  };
}
