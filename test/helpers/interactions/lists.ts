import type { Locator } from '@playwright/test'
import { expect } from 'vitest'
import type { Drive, Interaction } from '../appearance.ts'

async function openTrials({ page, go, id }: Drive): Promise<Locator> {
  await go(`#/studies/${id('pruned')}/trials`)
  const grid = page.getByRole('grid')
  await grid.locator('[data-index="0"]').waitFor()
  return grid
}

async function openStudies({ page, go }: Drive): Promise<Locator> {
  await go('#/studies')
  await page.getByRole('link', { name: 'bowl', exact: true }).waitFor()
  return page.locator('.el-table__body tbody tr')
}

export const listInteractions: readonly Interaction[] = [
  {
    name: 'a trial beside the table: J, K, wider, closed by going back',
    async drive(on) {
      const { page, t } = on
      const grid = await openTrials(on)
      await grid.locator('[data-index="1"] [role=gridcell].state').click()
      const panel = page.locator('.dock')
      await panel.waitFor()
      const title = (): Promise<string | null> => panel.getAttribute('aria-label')
      const second = await title()
      await page.keyboard.press('j')
      await expect.poll(title).not.toBe(second)
      await page.keyboard.press('k')
      await expect.poll(title).toBe(second)
      const width = async (): Promise<number> => (await panel.boundingBox())?.width ?? 0
      const before = await width()
      // Where there is no room beside it, it covers the page.
      const edge = panel.getByRole('separator', { name: t('panel.width') })
      if (on.width > 1_000) {
        await edge.press('ArrowLeft')
        await expect.poll(width).toBe(before + 40)
        await edge.press('ArrowRight')
        await expect.poll(width).toBe(before)
      }
      await page.goBack()
      await panel.waitFor({ state: 'hidden' })
    },
  },
  {
    name: 'trials are selected by the keyboard and compared at an address',
    async drive(on) {
      const { page, t } = on
      const grid = await openTrials(on)
      for (const at of [0, 2]) {
        await grid.locator(`[data-index="${at}"]`).focus()
        await page.keyboard.press(' ')
      }
      await page.getByRole('button', { name: t('trials.compare') }).click()
      await page
        .getByRole('region', { name: t('trials.comparison') })
        .first()
        .waitFor()
      await page.reload()
      await page
        .getByRole('region', { name: t('trials.comparison') })
        .first()
        .waitFor()
      await page.goBack()
      await grid.waitFor()
    },
  },
  {
    name: 'columns are sorted, pinned and made wider, and stay so',
    async drive(on) {
      const { page, t } = on
      const grid = await openTrials(on)
      const heads = grid.getByRole('columnheader')
      const head = heads.filter({ hasText: 'loss' })
      await head.locator('.sort').click()
      await grid.locator('[aria-sort=ascending]', { hasText: 'loss' }).waitFor()
      const pin = head.getByRole('button', { name: t('trials.pin', { name: 'loss' }) })
      await pin.focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => pin.getAttribute('aria-pressed')).toBe('true')
      const edge = head.getByRole('separator')
      const before = Number(await edge.getAttribute('aria-valuenow'))
      await edge.press('ArrowRight')
      await expect.poll(() => page.url()).toContain('sort=value.0')
      await page.reload()
      await grid.locator('[aria-sort=ascending]', { hasText: 'loss' }).waitFor()
      await expect
        .poll(async () => Number(await edge.getAttribute('aria-valuenow')))
        .toBe(before + 20)
      expect(await pin.getAttribute('aria-pressed')).toBe('true')
      await edge.press('ArrowLeft')
      await pin.focus()
      await page.keyboard.press('Enter')
    },
  },
  {
    name: 'studies: sorted, narrowed by a chip, opened by a click on a row',
    async drive(on) {
      const { page, t } = on
      const rows = await openStudies(on)
      const first = (): Promise<string> => rows.first().getByRole('link').first().innerText()
      await page.getByRole('button', { name: t('studies.name'), exact: true }).click()
      await expect.poll(first).toBe('bowl')
      await expect.poll(() => page.url()).toContain('sort=name')
      await page.reload()
      await expect.poll(first).toBe('bowl')
      await page.getByRole('button', { name: t('studies.name') }).click()
      await expect.poll(first).toBe('pruned')
      await page.locator('.chips button', { hasText: t('studyState.failed') }).click()
      await expect.poll(() => rows.count()).toBe(1)
      await rows.first().locator('td').nth(3).click()
      await page.getByRole('heading', { level: 1, name: 'broken' }).waitFor()
    },
  },
  {
    name: 'studies: several are compared, archived and brought back; the bell counts',
    async drive(on) {
      const { page, t } = on
      await openStudies(on)
      const pick = async (...names: string[]): Promise<void> => {
        for (const name of names)
          await page
            .getByRole('checkbox', { name: t('studies.choose', { name }), exact: true })
            .click()
      }
      const bar = page.getByRole('toolbar')
      await pick('pruned', 'outlier')
      await bar.getByRole('button', { name: t('nav.compare') }).click()
      await page.getByRole('heading', { level: 1, name: t('nav.compare') }).waitFor()
      await openStudies(on)
      await pick('pruned', 'outlier')
      await bar.getByRole('button', { name: t('studies.archive') }).click()
      const gone = page.getByRole('link', { name: 'outlier', exact: true })
      await gone.waitFor({ state: 'hidden' })
      const bell = page.getByRole('button', { name: t('notices.title') })
      await bell.locator('.badge').waitFor()
      await bell.click()
      const list = page.getByRole('dialog', { name: t('notices.title') })
      await list
        .getByRole('button', { name: t('notices.undo') })
        .first()
        .click()
      await page.keyboard.press('Escape')
      await list.waitFor({ state: 'hidden' })
      expect(await bell.locator('.badge').count()).toBe(0)
      await gone.waitFor()
    },
  },
  {
    name: 'the side bar shrinks to its pictures',
    async drive({ page, t, width }) {
      const bar = page.getByRole('navigation', { name: t('app.navigation') })
      const toggle = bar.getByRole('button', { name: t('nav.narrow') })
      // There it is one line above the page already.
      if (width <= 760) {
        expect(await toggle.isVisible()).toBe(false)
        return
      }
      await toggle.click()
      const barWidth = async (): Promise<number> => (await bar.boundingBox())?.width ?? 0
      await expect.poll(barWidth).toBe(56)
      await page.reload()
      await bar.getByRole('link', { name: t('nav.studies'), exact: true }).waitFor()
      expect(await barWidth()).toBe(56)
      await toggle.click()
      await expect.poll(barWidth).toBeGreaterThan(150)
    },
  },
  {
    name: 'a study that is not there says so, and leads back',
    async drive({ page, go, t }) {
      await go('#/studies/999')
      await page.getByText(t('study.absent', { id: 999 })).waitFor()
      await page.getByRole('main').getByRole('button').first().click()
      await page.getByRole('link', { name: 'bowl', exact: true }).waitFor()
    },
  },
  {
    name: 'the palette goes anywhere without the mouse',
    async drive({ page, t }) {
      await page.keyboard.press('Control+k')
      await page.locator('[role=dialog] input:focus').waitFor()
      await page.keyboard.insertText(t('nav.datasets'))
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: t('nav.datasets') }).waitFor()
    },
  },
  {
    name: 'a failed study says why, and its copy is mended',
    async drive(on) {
      const { page, t } = on
      await on.go(`#/studies/${on.id('broken')}/monitor`)
      await page
        .getByRole('alert')
        .getByText(t('study.failedTitle', { count: 6 }))
        .waitFor()
      await page.getByRole('button', { name: t('study.duplicateAndFix') }).click()
      const name = page.getByRole('textbox', { name: t('newStudy.name') })
      await expect.poll(() => name.inputValue()).toMatch(/^broken-\d/)
    },
  },
]
