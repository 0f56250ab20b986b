import { describe, expect, it } from 'vitest'
import {
  rowsOfSpace,
  type SpaceRow,
  spaceOfRows,
} from '../../src-renderer/features/new-study/space-rows.ts'
import SpaceEditor from '../../src-renderer/features/new-study/SpaceEditor.vue'
import CurrentConfigurationFields from '../../src-renderer/features/new-study/CurrentConfigurationFields.vue'
import { mountPart, t, zh } from './mount.ts'

describe('a prior', () => {
  const space = { rate: { float: [1e-5, 1], log: true }, optimizer: { choice: ['sgd', 'adam'] } }
  const editor = (language: 'en' | 'zh-CN' = 'en') =>
    mountPart(SpaceEditor, { props: { modelValue: rowsOfSpace(space) }, language })
  const priorOf = (part: ReturnType<typeof editor>, name: string) =>
    (spaceOfRows(part.model<SpaceRow[]>())[name] as { prior?: unknown }).prior

  it('of a number is typed, digit by digit, with its confidence', async () => {
    const part = editor()
    await part.press(`rate: ${t('newStudy.prior.add')}`)
    expect(priorOf(part, 'rate')).toEqual({ center: '', confidence: 'medium' })
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      `rate: ${t('newStudy.prior.center')}`,
    )
    for (const text of ['0', '0.', '0.00', '0.003']) {
      await part.type(`rate: ${t('newStudy.prior.center')}`, text)
      expect(part.model<SpaceRow[]>()[0]?.prior?.center).toBe(text)
    }
    await part.choose(`rate: ${t('newStudy.prior.confidence')}`, 'high')
    expect(priorOf(part, 'rate')).toEqual({ center: 0.003, confidence: 'high' })
  })

  it('of a choice is one of its values, and can be taken away', async () => {
    const part = editor('zh-CN')
    await part.press(`optimizer: ${zh('newStudy.prior.add')}`)
    const center = `optimizer: ${zh('newStudy.prior.center')}`
    expect(part.options(center)).toEqual(['sgd', 'adam'])
    await part.choose(center, 'adam')
    expect(priorOf(part, 'optimizer')).toEqual({ center: 'adam', confidence: 'medium' })
    await part.press(`optimizer: ${zh('newStudy.prior.remove')}`)
    expect(spaceOfRows(part.model<SpaceRow[]>())).toEqual(space)
  })

  it('comes from a file, and goes with the kind of its parameter', async () => {
    const rows = rowsOfSpace({ x: { int: [1, 9], prior: { center: 4 } } })
    expect(spaceOfRows(rows)).toEqual({
      x: { int: [1, 9], prior: { center: 4, confidence: 'medium' } },
    })
    const part = mountPart(SpaceEditor, { props: { modelValue: rows } })
    await part.choose(`x: ${t('newStudy.kind')}`, 'float')
    expect(spaceOfRows(part.model<SpaceRow[]>())).toEqual({ x: { float: [1, 9] } })
  })

  it('may be the configuration in use, with parameters left out', async () => {
    const part = mountPart(CurrentConfigurationFields, { props: { space, modelValue: undefined } })
    for (const text of ['0', '0.', '0.01']) await part.type('rate', text)
    expect(part.model()).toEqual({ rate: 0.01 })
    await part.choose('optimizer', 'adam')
    expect(part.model()).toEqual({ rate: 0.01, optimizer: 'adam' })
    await part.type('rate', '')
    expect(part.model()).toEqual({ optimizer: 'adam' })
  })

  it('that cannot be read stays as the file has it', () => {
    const odd = {
      a: { float: [0, 1], prior: 'x' },
      b: { float: [0, 1], prior: { center: 0.5, confidence: 'hgih' } },
      c: { float: [0, 1], prior: { center: 0.5, sure: true } },
    }
    expect(spaceOfRows(rowsOfSpace(odd))).toEqual(odd)
  })
})

describe('the configuration in use', () => {
  const mounted = (space: object, modelValue?: unknown) =>
    mountPart(CurrentConfigurationFields, { props: { space, modelValue } })

  it('can be emptied where a parameter has one value, and stays open meanwhile', async () => {
    const space = { rate: { float: [0, 1] }, only: { choice: ['a'] }, seed: { fixed: 1 } }
    const part = mounted(space)
    const isOpen = () => part.wrapper.find('details').element.open
    expect(isOpen()).toBe(false)
    await part.give({ rate: 0.5, only: 'a', seed: 1 })
    expect(isOpen()).toBe(true)
    await part.type('rate', '0.25')
    expect(part.model()).toEqual({ rate: 0.25, only: 'a', seed: 1 })
    await part.type('rate', '')
    expect(part.model()).toBeUndefined()
    expect(isOpen()).toBe(true)
  })

  it('keeps and shows what it has of no parameter, until a person takes it away', async () => {
    const part = mounted({ rate: { float: [0, 1] } }, { speed: 3, rate: 0.5 })
    expect(part.text()).toContain('speed: 3')
    await part.type('rate', '0.2')
    expect(part.model()).toEqual({ speed: 3, rate: 0.2 })
    await part.press(t('newStudy.remove', { name: 'speed' }))
    expect(part.model()).toEqual({ rate: 0.2 })
  })

  it('has the fields of a child whose parent is typed', async () => {
    const space = { layers: { int: [1, 3] }, third: { float: [0, 1], when: { layers: 3 } } }
    const part = mounted(space)
    await part.type('layers', '3')
    await part.type('third', '0.5')
    expect(part.model()).toEqual({ layers: 3, third: 0.5 })
    await part.type('layers', '2')
    expect(part.model()).toEqual({ layers: 2 })
  })

  it('follows a parameter to its new name', async () => {
    const editor = mountPart(SpaceEditor, {
      props: { modelValue: rowsOfSpace({ rate: { float: [0, 1] } }) },
    })
    await editor.type(t('newStudy.parameter'), 'speed')
    expect(editor.wrapper.findComponent(SpaceEditor).emitted('rename')).toEqual([
      [new Map([['rate', 'speed']])],
    ])
  })

  it.each([
    null,
    'x',
    { float: null },
    { choice: null },
    { choice: [] },
    { float: [0, 1], when: null },
  ])('is shown beside a half typed parameter: %j', rate => {
    expect(mounted({ rate }).text()).toContain('rate')
  })
})
