import { Buffer } from 'node:buffer'
import { expect } from 'vitest'
import type { Drive, Interaction } from '../appearance.ts'
import { studyFile } from '../study-file.ts'

/** A table with a column that only numbers its rows. */
const table = `id,area,place,price\n${Array.from({ length: 60 }, (_, row) => [row + 1, 40 + ((row * 37) % 90), row % 2 === 0 ? 'town' : 'land', 900 + ((row * 131) % 700)].join()).join('\n')}\n`
const file = `name: pasted
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space:
  x0: { float: [-5, 10] }
  x1: { float: [0, 15] }
stop: { trials: 5 }
`

async function openForm({ page, go, t }: Drive, yaml = file): Promise<void> {
  await go('#/studies/new')
  await page.getByRole('button', { name: t('newStudy.editFile'), exact: true }).waitFor()
  await page.evaluate(text => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  }, yaml)
  const name = page.getByRole('textbox', { name: t('newStudy.name') })
  await expect.poll(() => name.inputValue()).toBe('pasted')
}

export const formInteractions: readonly Interaction[] = [
  {
    name: 'a study file is pasted anywhere; a range is moved by its slider, a problem leads to its field',
    async drive(on) {
      const { page, t } = on
      await openForm(on)
      const low = page.getByRole('textbox', { name: `x0: ${t('newStudy.low')}` })
      await page.getByRole('slider', { name: `x0: ${t('newStudy.slideLow')}` }).press('ArrowRight')
      await expect.poll(async () => Number(await low.inputValue())).toBeGreaterThan(-5)
      await low.fill('99')
      const problems = page.locator('footer .problems button')
      await problems.first().waitFor()
      await page.getByRole('textbox', { name: t('newStudy.name') }).focus()
      await problems.first().click()
      await expect
        .poll(() =>
          page.evaluate(
            () => document.activeElement?.closest('[data-field]')?.querySelector('input')?.value,
          ),
        )
        .toBe('x0')
      await low.fill('-4')
      await page.getByText(t('newStudy.valid')).waitFor()
    },
  },
  {
    name: 'the study file completes, explains and marks what is wrong',
    async drive(on) {
      const { page, t } = on
      await openForm(on)
      const text = await studyFile(page, t).box()
      await text.press('ControlOrMeta+End')
      await page.keyboard.type('sampler: { name: tp }')
      await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('Control+Space')
      await page.locator('.cm-tooltip-autocomplete li', { hasText: 'tpe' }).first().waitFor()
      await page.keyboard.press('Escape')
      await studyFile(page, t).fill(file.replace('minimize', 'minimise'))
      await page.locator('.cm-lintRange-error').first().waitFor({ state: 'attached' })
      await page.locator('.cm-line', { hasText: 'stop' }).locator('span').first().hover()
      await page.locator('.cm-tooltip-hover').first().waitFor()
      await studyFile(page, t).fill(file)
      await page.locator('.cm-lintRange-error').first().waitFor({ state: 'detached' })
      await page.getByRole('button', { name: t('newStudy.closeFile') }).click()
    },
  },
  {
    name: 'a table is chosen, its doubt remedied, its target named by a click',
    async drive(on) {
      const { page, t, width } = on
      await on.go('#/studies/new?kind=data')
      // One of the same name would keep the target that the face before has left in the form.
      const name = `prices-${width}.csv`
      await page
        .locator('input[type=file][accept*=yaml]')
        .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(table) })
      await page.getByText(t('newStudy.next.target')).first().waitFor()
      // It is proposed to be left out: used again, and left out by hand.
      for (const remedy of ['useColumn', 'leaveOut'] as const)
        await page.getByRole('button', { name: `id: ${t(`newStudy.remedy.${remedy}`)}` }).click()
      await page.getByRole('radio', { name: /^price[:：]/ }).click()
      await page.getByText(t('newStudy.valid')).waitFor()
      expect(await studyFile(page, t).inputValue()).toMatch(/target: price/)
    },
  },
]
