import { usePreferredDark, useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, watchEffect } from 'vue'
import type { AxisWish } from '../../src-main/charts/goal-values.ts'
import { type Language, languageOf } from '../../src-main/core/i18n/language.ts'

export type Theme = 'system' | 'light' | 'dark'

/** The choices of a person, kept in the browser; language and theme follow the system until then. */
export const usePreferences = defineStore('preferences', () => {
  const language = useStorage<Language>('tunewright.language', languageOf(navigator.language))
  const theme = useStorage<Theme>('tunewright.theme', 'system')
  /** Trials at the same time that a new study starts with. */
  const parallelTrials = useStorage('tunewright.parallelTrials', 2)
  /** Backups that stay when a further one is made. */
  const backupCount = useStorage('tunewright.backupCount', 5)
  /** Whether the end of a study is shown on top of every page. */
  const notifyWhenStudyEnds = useStorage('tunewright.notifyWhenStudyEnds', true)
  /** How the axis of values is wanted, by chart. */
  const axes = useStorage<Readonly<Record<string, AxisWish>>>('tunewright.axes', {})
  /** The navigation shows its pictures only. */
  const isNavNarrow = useStorage('tunewright.isNavNarrow', false)
  /** Width of the panel beside a page. */
  const panelPx = useStorage('tunewright.panelPx', 580)
  /** Columns of the table of trials that a person made wider or narrower, and those that stay in sight. */
  const columnPx = useStorage<Readonly<Record<string, number>>>('tunewright.columnPx', {})
  const pinned = useStorage<readonly string[]>('tunewright.pinned', [])
  const prefersDark = usePreferredDark()
  const dark = computed(() =>
    theme.value === 'system' ? prefersDark.value : theme.value === 'dark',
  )
  watchEffect(() => {
    document.documentElement.lang = language.value
    document.documentElement.classList.toggle('dark', dark.value)
  })
  return {
    language,
    theme,
    dark,
    parallelTrials,
    backupCount,
    notifyWhenStudyEnds,
    axes,
    isNavNarrow,
    panelPx,
    columnPx,
    pinned,
  }
})
