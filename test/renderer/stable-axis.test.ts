import { expect, it } from 'vitest'
import { computed, defineComponent, h } from 'vue'
import { historyModel } from '../../src-main/charts/history-model.ts'
import { axisWish, changeAxis } from '../../src-renderer/charts/axis-wish.ts'
import ModelFigure from '../../src-renderer/charts/ModelFigure.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { openStudy } from './live-study.ts'
import { mountPart, settle, t } from './mount.ts'

const goal = { metric: 'loss', direction: 'minimize', index: 0 } as const

/** The history of the open study, as the page draws it. */
const History = defineComponent(() => {
  const live = useLiveStudy()
  const model = computed(() =>
    historyModel({
      trials: live.history,
      goal,
      by: 'trials',
      logX: false,
      ...axisWish('history'),
      t,
    }),
  )
  return () => [
    h('output', model.value.y.scale),
    h(ModelFigure, { model: model.value, title: 'History', axis: 'history' }),
  ]
})

const rowsOf = (values: readonly number[]) =>
  values.map((value, number) => trialRow(number, { values: [value] }))
const near = [5, 6, 7, 8, 9, 6, 7, 8]
const far = [...near, 0.04, 0.05, 0.06, 0.04, 0.05, 0.06, 0.05, 0.06]
const farther = [...near, ...Array.from({ length: 12 }, (_, index) => 0.001 * (index + 1))]

function history(values: readonly number[]) {
  const part = mountPart(History, {
    prepare: () => {
      openStudy({}, rowsOf(values))
    },
  })
  return { part, scale: () => part.wrapper.find('output').text() }
}
async function grow(values: readonly number[]): Promise<void> {
  useLiveStudy().trials = rowsOf(values)
  await settle()
}

it('does not change its scale while a person looks, and later only where the values clearly want it', async () => {
  const first = history(near)
  await settle()
  expect(first.scale()).toBe('linear')
  await grow(farther)
  expect(first.scale()).toBe('linear')
  first.part.wrapper.unmount()
  const second = history(far)
  expect(second.scale()).toBe('linear')
  second.part.wrapper.unmount()
  const later = history(farther)
  await settle()
  expect(later.scale()).toBe('log')
  await grow(near)
  expect(later.scale()).toBe('log')
  // A press on the axis still chooses.
  changeAxis('history', { log: false })
  await settle()
  expect(later.scale()).toBe('linear')
  changeAxis('history', { log: 'auto' })
  await settle()
  expect(later.scale()).toBe('linear')
})

it('chooses anew while there are few trials', async () => {
  const { scale } = history([5, 6])
  changeAxis('history', { log: 'auto' })
  await grow([0.001, 900])
  expect(scale()).toBe('log')
})
