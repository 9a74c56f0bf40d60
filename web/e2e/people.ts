import { type Page } from '@playwright/test';

// The fictional accounts of the demo all have this password; it is printed on the
// terminal and protects nothing.
export const password = 'lamp river field song';

// signIn signs somebody of the demo in, in the page's own context.
export async function signIn(page: Page, name: string, next = '/'): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel('Sign-in name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((at) => !at.pathname.startsWith('/sign-in'));
}
