import { expect, test } from '@playwright/test';

test('a slash opens the search, and it finds the heading that matters', async ({ page }) => {
  await page.goto('/guides/keys/');
  await page.keyboard.press('/');
  const dialog = page.getByRole('dialog', { name: 'Search the docs' });
  await dialog.getByRole('searchbox').fill('placeholder_key');
  await expect(dialog.getByRole('status')).toContainText('for “placeholder_key”');
  await dialog.getByRole('link', { name: /Errors › placeholder_key/ }).click();
  await expect(page).toHaveURL(/\/guides\/errors\/#placeholder_key$/);
  await expect(dialog).toBeHidden();
});

test('the search works by keyboard alone and Escape leaves it', async ({ page }) => {
  await page.goto('/');
  const opener = page.getByRole('button', { name: 'Search' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Search the docs' });
  await expect(dialog.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('postgres');
  await expect(dialog.getByRole('link').first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('link').first()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(dialog.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});

test('a word that no page says is answered with a sentence', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Control+k');
  const dialog = page.getByRole('dialog', { name: 'Search the docs' });
  await dialog.getByRole('searchbox').fill('zzyzx');
  await expect(dialog.getByRole('status')).toHaveText('No page says “zzyzx”.');
});
