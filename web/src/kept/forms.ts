// Takes forms that may be kept out of the browser's hands: what is sent is written
// down here first, and only then sent.
import { all, newForm, type Item } from './store';
import { box } from './list';

const hidden = (form: HTMLFormElement, name: string) => form.querySelector<HTMLInputElement>(`input[type=hidden][name="${name}"]`)!;

// fresh gives a form an id of its own, so that what is typed into it next is not
// taken for what it sent before.
export function fresh(form: HTMLFormElement): void {
  hidden(form, 'form').value = newForm();
  hidden(form, 'token').value = '';
}

export const tokenOf = (form: HTMLFormElement) => hidden(form, 'token').value;

const typed = (control: HTMLElement) => control.matches('input:not([type=hidden]):not([type=checkbox]),textarea,select');

export function itemOf(form: HTMLFormElement): Item {
  const fields: [string, string][] = [];
  let about = '';
  for (const control of form.elements) {
    const c = control as HTMLInputElement;
    if (!c.name || c.name === 'form' || c.name === 'token' || (c.type === 'checkbox' && !c.checked)) continue;
    fields.push([c.name, c.value]);
    if (typed(c) && !about && c.tagName !== 'SELECT' && c.value && c.value !== c.defaultValue) about = c.value;
  }
  return {
    v: 1,
    form: hidden(form, 'form').value,
    person: box.dataset.person!,
    name: box.dataset.name!,
    action: new URL(form.action).pathname,
    page: location.pathname,
    says: form.dataset.keep!,
    about: about.slice(0, 120),
    fields,
    made: Date.now(),
    state: 'waiting',
  };
}

// empty takes away what was typed, and leaves what the page had filled in.
export function empty(form: HTMLFormElement): void {
  form.reset();
  form.querySelector('.problems')?.remove();
  for (const bad of form.querySelectorAll('.kept-bad')) bad.remove();
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  fresh(form);
}

// problems says in the form what the node did not take, beside the fields.
export function problems(form: HTMLFormElement, item: Item): void {
  for (const old of form.querySelectorAll('.problems,.kept-bad')) old.remove();
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  const told = document.createElement('section');
  told.className = 'problems';
  told.setAttribute('role', 'alert');
  told.tabIndex = -1;
  const list = document.createElement('ul');
  for (const p of item.problems?.length ? item.problems : [{ field: '', label: '', why: item.why ?? '', hint: '' }]) {
    const li = document.createElement('li');
    li.textContent = [p.label && `${p.label}:`, p.why, p.hint].filter(Boolean).join(' ');
    list.append(li);
    const control = p.field ? (form.elements.namedItem(p.field) as HTMLElement | null) : null;
    if (!(control instanceof HTMLElement)) continue;
    control.setAttribute('aria-invalid', 'true');
    const beside = document.createElement('p');
    beside.className = 'bad kept-bad';
    beside.textContent = `! ${p.why}`;
    control.after(beside);
    control.closest('details')?.setAttribute('open', '');
  }
  told.append(list);
  form.prepend(told);
  told.focus();
}

// touched says that somebody has begun to fill it in.
export const touched = (form: HTMLFormElement) =>
  [...form.elements].some((c) => (c instanceof HTMLSelectElement ? [...c.options].some((o) => o.selected !== o.defaultSelected && o.value) : c instanceof HTMLInputElement || c instanceof HTMLTextAreaElement ? c.type !== 'hidden' && c.value !== c.defaultValue : false));

// fill puts what was typed back into its form.
export function fill(form: HTMLFormElement, item: Item, token = ''): void {
  for (const [name, value] of item.fields) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = true;
    else if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement) control.value = value;
  }
  hidden(form, 'form').value = item.form;
  hidden(form, 'token').value = token;
}

export const forms = () => document.querySelectorAll<HTMLFormElement>('form[data-keep]');

// mend shows the form that the address names, with what was typed.
export async function mend(): Promise<void> {
  const id = new URLSearchParams(location.hash.slice(1)).get('kept');
  const item = id ? (await all()).find((i) => i.form === id && i.person === box.dataset.person) : undefined;
  if (!item) return;
  const form = [...forms()].find((f) => new URL(f.action).pathname === item.action && f.dataset.keep === item.says) ?? [...forms()].find((f) => new URL(f.action).pathname === item.action);
  if (!form) return;
  form.closest('details')?.setAttribute('open', '');
  fill(form, item);
  problems(form, item);
}
