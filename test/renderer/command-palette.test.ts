import { describe, expect, it } from 'vitest'
import CommandPalette from '../../src-renderer/features/command-palette/CommandPalette.vue'
import { fuzzyScore } from '../../src-renderer/features/command-palette/fuzzy-score.ts'
import ShortcutSheet from '../../src-renderer/features/command-palette/ShortcutSheet.vue'
import StudyHeader from '../../src-renderer/features/study/StudyHeader.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { openStudy } from './live-study.ts'
import { type Mounted, mountPart, pressKey, settle, t } from './mount.ts'

const field = t('shortcuts.paletteHint')
const listed = (part: Mounted): string[] =>
  part.wrapper.findAll('[role=option]').map(element => element.text())

/** The palette over the page of a study. */
async function palette(): Promise<Mounted> {
  const part = mountPart(
    {
      components: { CommandPalette, StudyHeader },
      props: ['modelValue'],
      setup: () => ({ live: useLiveStudy() }),
      template:
        '<StudyHeader v-if="live.study" :study="live.study" /><CommandPalette :model-value="modelValue" @update:model-value="$emit(\'update:modelValue\', $event)" />',
    },
    {
      props: { modelValue: false },
      prepare: () => {
        openStudy(
          {},
          Array.from({ length: 130 }, (_, number) => trialRow(number, { values: [number / 4] })),
          { best: bestHeadline(3, 0.75) },
        )
      },
    },
  )
  await part.give(true)
  return part
}

async function take(part: Mounted, typed: string): Promise<void> {
  await part.type(field, typed)
  await pressKey('Enter', part.field(field).element)
}

describe('the palette over a study', () => {
  it.each(['12', 'trial 12', 'Trial #12', 'tri 12'])('finds a trial by %s', async typed => {
    const part = await palette()
    await part.type(field, typed)
    expect(listed(part).slice(0, 4)).toEqual(
      [12, 120, 121, 122].map(number => expect.stringContaining(`Trial ${number} · `) as string),
    )
    await pressKey('Enter', part.field(field).element)
    expect(part.router.currentRoute.value.params).toMatchObject({ tab: 'trials', part: '12' })
  })

  it('leads to its tabs, charts and best trial, also by a part, initials or with a slip', async () => {
    const part = await palette()
    for (const [typed, params] of [
      ['parco', { tab: 'parallel' }],
      ['imp', { tab: 'analysis', part: 'importance' }],
      ['improtance', { tab: 'analysis', part: 'importance' }],
      ['best trial', { tab: 'trials', part: '3' }],
    ] as const) {
      await part.give(true)
      await take(part, typed)
      expect(part.router.currentRoute.value.params, typed).toMatchObject(params)
    }
  })

  it('does what the header and the menu of the study do', async () => {
    const part = await palette()
    await take(part, 'pau')
    expect(part.requests('study.pause')).toEqual([{ studyId: 7 }])
    await part.give(true)
    await part.type(field, 'report')
    expect(listed(part)[0]).toBe(t('study.report'))
    await part.give(true)
    await take(part, 'dupl')
    expect(part.router.currentRoute.value).toMatchObject({ name: 'newStudy', query: { copy: '7' } })
  })

  it('forgets what a page offered that is gone', async () => {
    const part = await palette()
    useLiveStudy().study = null
    await settle()
    await part.type(field, 'importance')
    expect(listed(part)).toEqual([])
  })
})

describe('a fuzzy score', () => {
  it('prefers the beginning of a text to that of a word, to its middle, to initials', () => {
    const texts = ['Pause', 'Do not pause', 'unpaused', 'Pick a user set', 'Settings']
    const scores = texts.map(text => fuzzyScore(text, 'pause'))
    expect(scores.slice(0, 4)).toEqual([...scores.slice(0, 4)].sort((a, b) => b! - a!))
    expect(scores[4]).toBeNull()
    expect(fuzzyScore('平行坐标', '坐标')).not.toBeNull()
  })

  it('does not find letters that are merely somewhere', () => {
    expect(fuzzyScore('Parallel coordinates', 'ord')).not.toBeNull()
    expect(fuzzyScore('Parallel coordinates', 'rlt')).toBeNull()
  })
})

it('the list of shortcuts names the keys of tables, charts and edges', async () => {
  const part = mountPart(ShortcutSheet, { props: { modelValue: false } })
  await part.give(true)
  const keys = part.wrapper.findAll('kbd').map(element => element.text())
  for (const key of ['J', 'K', 'Enter', 'Space', 'Esc', '↑', '↓', 'Home', 'End', '+', '0'])
    expect(keys).toContain(key)
})
