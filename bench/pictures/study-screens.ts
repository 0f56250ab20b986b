import type { Page } from '@playwright/test'
import { goTo } from '../../test/helpers/go-to.ts'
import { fromStudyMenu } from '../../test/helpers/study-menu.ts'
import type { Album } from './album.ts'

/** Pictures of the screens of a study; which studies there are, by the numbers that they have got. */
export interface StudyScreens {
  readonly trained: number
  /** A classification whose best model is kept, with few classes. */
  readonly digits: number
  readonly front: number
  readonly generations: number
  readonly population: number
}

/** Takes the trials, one trial, its confusion matrix, the analysis and the parallel coordinates. */
export async function takeStudyScreens(
  page: Page,
  album: Album,
  { trained, digits, front, generations, population }: StudyScreens,
): Promise<void> {
  const show = async (id: number, tab: string): Promise<void> => {
    // Whatever lies above the page is gone then.
    await page.reload()
    await page.getByRole('navigation').waitFor()
    await goTo(page, `#/studies/${id}/${tab}`)
    await page.getByRole('tab').first().waitFor()
  }
  const openTrial = async (id: number, filter: string): Promise<void> => {
    await show(id, 'trials')
    await page.getByRole('textbox', { name: /^Filter/ }).fill(filter)
    await page.getByRole('row').nth(1).click()
    await page.getByRole('heading', { name: 'Attempts' }).waitFor()
  }
  const part = async (name: string): Promise<void> => {
    await page.locator('.parts label', { hasText: name }).click()
    await page.getByRole('region').first().waitFor()
  }

  await show(trained, 'trials')
  await page.getByRole('row').nth(1).waitFor()
  await page.getByRole('button', { name: /^Add a filter/ }).click()
  await page.getByRole('combobox', { name: 'Column', exact: true }).waitFor()
  await album.take('trials')
  await openTrial(trained, 'state:complete')
  await album.takeDark('trial')
  const best = await bestTrial(page, digits, show)
  await openTrial(digits, `trial:${best}`)
  const matrix = page.getByRole('heading', { name: 'Confusion matrix' })
  await matrix.waitFor()
  await page.getByRole('heading', { name: 'Attempts' }).scrollIntoViewIfNeeded()
  await album.takeDark('confusion')

  await openTrial(population, `trial:${await bestTrial(page, population, show)}`)
  await page.getByRole('region', { name: 'Lineage' }).first().scrollIntoViewIfNeeded()
  await album.take('lineage')
  await show(digits, 'monitor')
  await fromStudyMenu(page, /^Use a model/)
  await page.getByRole('dialog', { name: 'Use a model' }).waitFor()
  await album.take('model')

  await show(trained, 'parallel')
  await page.getByRole('img', { name: 'Parallel coordinates' }).waitFor()
  await album.takeWhole('parallel')
  await show(trained, 'analysis')
  for (const [name, picture] of [
    ['Progress', 'analysis-progress'],
    ['Importance', 'analysis-importance'],
    ['Pairs', 'analysis-pairs'],
    ['Timeline', 'analysis-timeline'],
    ['Proposal', 'analysis-proposal'],
  ] as const) {
    await part(name)
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' })
    await album.takeWhole(picture)
  }
  await part('Parameters')
  await page.getByText('Every trial by one parameter').waitFor()
  await album.takeWhole('analysis-parameters')
  await show(front, 'analysis')
  await part('Pareto front')
  await page.getByText('What the front dominates').waitFor()
  await album.takeWhole('analysis-front')
  await show(generations, 'analysis')
  await part('Generations')
  await page.getByText('Lines lead to the parents').waitFor()
  await album.takeWhole('analysis-generations')
}

/** Its number stands in the head of the study. */
async function bestTrial(
  page: Page,
  id: number,
  show: (id: number, tab: string) => Promise<void>,
): Promise<number> {
  await show(id, 'monitor')
  const text = await page
    .getByText(/· trial \d+/)
    .first()
    .textContent()
  return Number(/· trial (\d+)/.exec(text ?? '')?.[1])
}
