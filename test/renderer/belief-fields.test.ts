import { describe, expect, it } from 'vitest'
import {
  rowsOfSpace,
  type SpaceRow,
  spaceOfRows,
} from '../../src-renderer/features/new-study/space-rows.ts'
import SpaceEditor from '../../src-renderer/features/new-study/SpaceEditor.vue'
import UsedTodayFields from '../../src-renderer/features/new-study/UsedTodayFields.vue'
import { mountPart, t, zh } from './mount.ts'

describe('a belief', () => {
  const space = { rate: { float: [1e-5, 1], log: true }, optimizer: { choice: ['sgd', 'adam'] } }
  const editor = (language: 'en' | 'zh-CN' = 'en') =>
    mountPart(SpaceEditor, { props: { modelValue: rowsOfSpace(space) }, language })
  const beliefOf = (part: ReturnType<typeof editor>, name: string) =>
    (spaceOfRows(part.model<SpaceRow[]>())[name] as { belief?: unknown }).belief

  it('of a number is typed, digit by digit, with its confidence', async () => {
    const part = editor()
    await part.press(`rate: ${t('newStudy.belief.add')}`)
    expect(beliefOf(part, 'rate')).toEqual({ centre: '', confidence: 'medium' })
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      `rate: ${t('newStudy.belief.centre')}`,
    )
    for (const text of ['0', '0.', '0.00', '0.003']) {
      await part.type(`rate: ${t('newStudy.belief.centre')}`, text)
      expect(part.model<SpaceRow[]>()[0]?.belief?.centre).toBe(text)
    }
    await part.choose(`rate: ${t('newStudy.belief.confidence')}`, 'high')
    expect(beliefOf(part, 'rate')).toEqual({ centre: 0.003, confidence: 'high' })
  })

  it('of a choice is one of its values, and can be taken away', async () => {
    const part = editor('zh-CN')
    await part.press(`optimizer: ${zh('newStudy.belief.add')}`)
    const centre = `optimizer: ${zh('newStudy.belief.centre')}`
    expect(part.options(centre)).toEqual(['sgd', 'adam'])
    await part.choose(centre, 'adam')
    expect(beliefOf(part, 'optimizer')).toEqual({ centre: 'adam', confidence: 'medium' })
    await part.press(`optimizer: ${zh('newStudy.belief.remove')}`)
    expect(spaceOfRows(part.model<SpaceRow[]>())).toEqual(space)
  })

  it('comes from a file, and goes with the kind of its parameter', async () => {
    const rows = rowsOfSpace({ x: { int: [1, 9], belief: { centre: 4 } } })
    expect(spaceOfRows(rows)).toEqual({
      x: { int: [1, 9], belief: { centre: 4, confidence: 'medium' } },
    })
    const part = mountPart(SpaceEditor, { props: { modelValue: rows } })
    await part.choose(`x: ${t('newStudy.kind')}`, 'float')
    expect(spaceOfRows(part.model<SpaceRow[]>())).toEqual({ x: { float: [1, 9] } })
  })

  it('may be the configuration in use, with parameters left out', async () => {
    const part = mountPart(UsedTodayFields, { props: { space, modelValue: undefined } })
    for (const text of ['0', '0.', '0.01']) await part.type('rate', text)
    expect(part.model()).toEqual({ rate: 0.01 })
    await part.choose('optimizer', 'adam')
    expect(part.model()).toEqual({ rate: 0.01, optimizer: 'adam' })
    await part.type('rate', '')
    expect(part.model()).toEqual({ optimizer: 'adam' })
  })
})
