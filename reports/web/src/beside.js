// Loads data from files beside the page: scripts that hand over what they hold, since a page
// opened from a disk may not read files.

const waiting = new Map();
const given = new Map();
const FOLDER = "report_files/";
const NAME = /^cases-\d{4,}\.js$/;

export function takeParts() {
  window.revgateCases = (key, parts) => {
    given.set(key, parts);
    waiting.get(key)?.(parts);
  };
}

export function indexBeside() {
  return given.get("index")?.[0] ?? new Promise((done) => {
    waiting.set("index", (parts) => done(parts[0]));
  });
}

let current = null;

// One file is held at a time: memory does not grow with what was looked at.
export async function partsBeside(name, key) {
  if (current?.key !== key) current = { key, parts: load(name, key) };
  return current.parts;
}

function load(name, key) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    const end = () => {
      script.remove();
      given.delete(key);
      waiting.delete(key);
    };
    waiting.set(key, (parts) => {
      end();
      done(parts);
    });
    script.addEventListener("error", () => {
      end();
      current = null;
      failed(new Error(`${FOLDER}${name} beside this page cannot be read`));
    });
    script.src = trusted(FOLDER + name, name);
    document.head.append(script);
  });
}

let policy = null;

function trusted(address, name) {
  if (!NAME.test(name)) throw new Error("not a file of this report");
  if (!window.trustedTypes) return address;
  policy ??= window.trustedTypes.createPolicy("revgate", { createScriptURL: (text) => text });
  return policy.createScriptURL(address);
}
