// Brings a page to what was fetched anew, in place: what did not change keeps its
// node, so that focus, scroll, what is open and what somebody is typing stay.

// keyOf names an element that can move: by its id, or a row by what it leads to.
function keyOf(node: Node): string {
  if (!(node instanceof Element)) return '';
  if (node.id) return `#${node.id}`;
  if (node.matches('tr, li')) return node.querySelector('a[href]')?.getAttribute('href') ?? '';
  if (node.matches('form')) return node.getAttribute('action') ?? '';
  return '';
}

function touched(control: Element): boolean {
  if (control === document.activeElement) return true;
  if (control instanceof HTMLSelectElement) {
    return [...control.options].some((o, i) => o.selected !== (o.defaultSelected || (!control.multiple && i === 0 && ![...control.options].some((x) => x.defaultSelected))));
  }
  if (control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')) return control.checked !== control.defaultChecked;
  if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) return control.type !== 'hidden' && control.value !== control.defaultValue;
  return false;
}

// kept reports whether somebody is at work in an element: it stays as it is, with
// the keys of its form, until they have sent it or left it as it was.
export function kept(el: Element): boolean {
  if (el === document.activeElement) return el.matches('input, select, textarea');
  return [...el.querySelectorAll('input, select, textarea')].some(touched);
}

function attributes(to: Element, from: Element): void {
  for (const { name } of [...to.attributes]) {
    if (!from.hasAttribute(name) && !(name === 'open' && to.localName === 'details')) to.removeAttribute(name);
  }
  for (const { name, value } of [...from.attributes]) {
    if (name === 'open' && to.localName === 'details') continue;
    if (to.getAttribute(name) !== value) to.setAttribute(name, value);
  }
  if (to instanceof HTMLInputElement && from instanceof HTMLInputElement) to.value = from.value;
  if (to instanceof HTMLTextAreaElement && from instanceof HTMLTextAreaElement) to.value = from.value;
}

function one(to: Node, from: Node): void {
  if (to.isEqualNode(from)) return;
  if (!(to instanceof Element) || !(from instanceof Element)) {
    to.nodeValue = from.nodeValue;
    return;
  }
  if (to.matches('form, input, select, textarea') && kept(to)) return;
  attributes(to, from);
  morph(to, from);
}

function alike(a: Node, b: Node): boolean {
  return a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

// keysOf names all children; a second one of a name is told from the first.
function keysOf(parent: Element): Map<Node, string> {
  const times = new Map<string, number>();
  const out = new Map<Node, string>();
  for (const child of parent.childNodes) {
    const key = keyOf(child);
    if (!key) continue;
    const n = (times.get(key) ?? 0) + 1;
    times.set(key, n);
    out.set(child, n === 1 ? key : `${key} ${n}`);
  }
  return out;
}

// morph makes the children of an element those of another.
export function morph(to: Element, from: Element): void {
  const mine = new Map<string, ChildNode>();
  for (const [child, key] of keysOf(to)) mine.set(key, child as ChildNode);
  const theirs = keysOf(from);
  let at: ChildNode | null = to.firstChild;
  for (const next of [...from.childNodes]) {
    const key = theirs.get(next);
    let match: ChildNode | null = null;
    if (key) {
      match = mine.get(key) ?? null;
      if (match && match.nodeName !== next.nodeName) match = null;
    } else {
      for (match = at; match && !alike(match, next); ) match = match.nextSibling;
    }
    if (!match) {
      to.insertBefore(document.importNode(next, true), at);
      continue;
    }
    if (match === at) {
      at = at.nextSibling;
    } else if (match.contains(document.activeElement)) {
      // It must not move, or it loses the focus: what stands before it goes behind.
      const stay = match.nextSibling;
      while (at && at !== match) {
        const gone: ChildNode = at;
        at = at.nextSibling;
        to.insertBefore(gone, stay);
      }
      at = match.nextSibling;
    } else {
      to.insertBefore(match, at);
    }
    one(match, next);
  }
  while (at) {
    const old: ChildNode = at;
    at = at.nextSibling;
    if (!(old instanceof Element) || !kept(old)) old.remove();
  }
}
