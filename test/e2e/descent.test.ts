import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('descent.test.ts is skipped: no chromium on PATH')

const digits = path.resolve(import.meta.dirname, '../../resources/samples/digits.csv')
const study = `name: descent
objective:
  task: tabular
  data: { file: ${digits}, target: digit, validation: 0.25, test: 0.25 }
  hypergradients: { mode: reverse, steps: 4 }
goals: [{ metric: holdoutLoss, direction: minimize }]
space:
  layers: { fixed: 0 }
  learningRate: { float: [0.01, 1], log: true }
  l2: { float: [0.00001, 1], log: true }
sampler: { name: gradient, stepSize: 0.05 }
stop: { trials: 4 }
engine: wasm
`

describe.skipIf(executable === null)('a descent on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    application.page.setDefaultTimeout(90_000)
  })
  afterAll(async () => {
    await application?.end()
  })

  it('draws both losses and shows each gradient', { timeout: 240_000 }, async () => {
    const { page } = application
    await application.startStudy(study)
    await page.getByText('✓ Finished').waitFor()
    const panel = page.locator('section', {
      has: page.getByRole('heading', { name: 'Descent along the gradient' }),
    })
    await panel.getByText('View data').click()
    await panel.locator('tbody tr').nth(3).waitFor()
    const cells = await panel.locator('tbody td.number').allTextContents()
    expect(cells).toHaveLength(8)
    const losses = cells.map(Number)
    // What the gradient goes down falls from the first trial to the last.
    expect(losses[6]).toBeLessThan(losses[0] as number)
    expect(losses.every(Number.isFinite)).toBe(true)

    await page.getByRole('tab', { name: 'Trials' }).click()
    await page.locator('[role=rowgroup] [role=row]').first().focus()
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('heading', { name: 'Gradient', exact: true }).waitFor()
    await drawer.getByText('reverse: back through the steps').waitFor()
    expect(await drawer.getByText('Self-test error').count()).toBe(1)
    const derivatives = drawer.getByRole('table', { name: 'Derivatives by parameter' })
    expect(await derivatives.getByRole('row').count()).toBe(3)
    expect(await accessibilityBreaches(page)).toEqual([])
    expect(application.complaints).toEqual([])
  })
})
