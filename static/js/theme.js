// Runs before the first paint, so a dark room never flashes white: puts the reader's choices on <html>.
// A plain script on purpose – a module would come too late.
(() => {
  for (const name of ["theme", "density", "text"]) {
    try {
      const value = localStorage.getItem(`kulanz.${name}`);
      if (value) document.documentElement.dataset[name] = value;
    } catch {
      return; // storage is switched off: the device's own setting applies
    }
  }
})();
