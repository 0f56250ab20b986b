import { describe, expect, it } from 'vitest'
import { settledParts } from '../../src-renderer/features/new-study/settled-parts.ts'
import FormSection from '../../src-renderer/features/new-study/FormSection.vue'
import { type Mounted, mountPart, pass, settle, t, zh } from './mount.ts'
import { studyDetail } from './live-study.ts'
import { branin, editText, name, view } from './new-study-page.ts'

const budget = t('newStudy.trials')

function partOf(part: Mounted, number: number): HTMLDetailsElement {
  const fold = part.wrapper
    .findAll('section > details')
    .find(element => element.find('h2').text().startsWith(`${number} · `))
  return fold?.element as HTMLDetailsElement
}
const isOpen = (part: Mounted, number: number): boolean => partOf(part, number).open
async function enter(part: Mounted, label: string): Promise<void> {
  ;(part.field(label).element as HTMLElement).focus()
  await settle()
}
async function openByHand(details: HTMLDetailsElement): Promise<void> {
  details.open = true
  details.dispatchEvent(new Event('toggle'))
  await settle()
}

describe('a part of the form', () => {
  it('folds once a person has gone from it and it is settled, and says what is in it', async () => {
    const part = await view()
    expect([1, 2, 4].map(number => isOpen(part, number))).toEqual([true, true, true])
    await enter(part, name)
    expect(isOpen(part, 1)).toBe(true)
    await enter(part, budget)
    // The target was never looked at.
    expect([1, 2, 4].map(number => isOpen(part, number))).toEqual([false, true, true])
    expect(partOf(part, 1).querySelector('summary')?.textContent).toContain('my-study · mnist')
    await enter(part, t('newStudy.goal'))
    expect(isOpen(part, 4)).toBe(false)
    expect(partOf(part, 4).querySelector('summary')?.textContent).toContain(
      t('newStudy.budgetSummary', { trials: 30, parallelTrials: 2 }),
    )
    await enter(part, name)
    expect(isOpen(part, 2)).toBe(false)
    expect(partOf(part, 2).querySelector('summary')?.textContent).toContain(
      `${t('newStudy.maximize')} validation accuracy`,
    )
  })

  it('says it in Chinese, too', async () => {
    const part = await view({ language: 'zh-CN' })
    const summary = partOf(part, 4).querySelector('summary')?.textContent
    expect(summary).toContain(zh('newStudy.budgetSummary', { trials: 30, parallelTrials: 2 }))
  })

  it('stays while something in it is wrong, and opens again where that comes later', async () => {
    const part = await view()
    await enter(part, budget)
    await part.type(budget, '-3')
    await pass(400)
    await enter(part, name)
    expect(isOpen(part, 4)).toBe(true)
    await part.type(budget, '3')
    await pass(400)
    expect(isOpen(part, 4)).toBe(false)
    // Until a word is checked, what is folded stays so.
    await part.type(name, 'other')
    expect(isOpen(part, 4)).toBe(false)
    await pass(400)
    expect(isOpen(part, 4)).toBe(false)
    await editText(part, () => branin.replace('trials: 20', 'trials: -1'))
    expect(isOpen(part, 4)).toBe(true)
  })

  it('stays as a person has opened it', async () => {
    const part = await view()
    await enter(part, name)
    await enter(part, budget)
    await openByHand(partOf(part, 1))
    await enter(part, name)
    await enter(part, budget)
    expect(isOpen(part, 1)).toBe(true)
  })

  it('does not move below a pointer that is pressed', async () => {
    const part = await view()
    await enter(part, name)
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }))
    await enter(part, budget)
    expect(isOpen(part, 1)).toBe(true)
    document.body.dispatchEvent(new Event('pointerup', { bubbles: true }))
    await pass(1)
    expect(isOpen(part, 1)).toBe(false)
  })
})

it('a part stays as a person has opened or closed it, whatever becomes known later', async () => {
  const part = mountPart(FormSection, { props: { number: 3, title: 'Search', open: true } })
  const details = part.wrapper.get('details').element as HTMLDetailsElement
  await part.wrapper.setProps({ open: false })
  expect(details.open).toBe(false)
  await openByHand(details)
  await part.wrapper.setProps({ open: true })
  await part.wrapper.setProps({ open: false })
  expect(details.open).toBe(true)
})

it('the search of a copied study is open, and stays so when its objective is known', async () => {
  const source = 'objective: { task: image, data: { source: mnist } }\nstop: { trials: 3 }\n'
  const copied = studyDetail({}, { id: 3, name: 'mine', source })
  const part = await view({ path: '/newStudy?copy=3', back: { 'study.get': copied } }, false)
  expect(isOpen(part, 3)).toBe(true)
})

it('what is wrong with an objective leaves data and target open, what no other part knows the budget', () => {
  const all = { data: true, target: true, budget: true }
  expect(settledParts([], null)).toEqual(all)
  expect(settledParts([], 'data')).toEqual({ ...all, data: false, target: false })
  expect(settledParts([], 'target')).toEqual({ ...all, target: false })
  const of = (...path: (string | number)[]) => settledParts([{ path }], null)
  expect(of('name')).toEqual({ ...all, data: false })
  expect(of('objective', 'data', 'file')).toEqual({ ...all, data: false, target: false })
  expect(of('objective', 'data', 'target')).toEqual({ ...all, target: false })
  expect(of('objective', 'data', 'columns', 'sale_date')).toEqual({ ...all, target: false })
  expect(of('goals', 0, 'metric')).toEqual({ ...all, target: false })
  expect(of('space', 'x0')).toEqual(all)
  for (const key of ['stop', 'folds', 'unheard']) expect(of(key)).toEqual({ ...all, budget: false })
})
