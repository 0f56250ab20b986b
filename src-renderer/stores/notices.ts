import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Language } from '../../src-main/core/i18n/language.ts'
import { usePreferences } from './preferences.ts'

/** Something that a person should know, or could take back. */
export interface Notice {
  readonly id: number
  readonly atMs: number
  readonly kind: 'done' | 'good' | 'bad'
  readonly text: string
  readonly studyId: number | null
  /** Takes it back; gone once that was done. */
  readonly undo: (() => Promise<unknown>) | null
  /** Still on top of the page. */
  readonly fresh: boolean
}

/** Kept notices; older ones are dropped, the events of the study keep everything. */
const MAX_NOTICES = 100
const FRESH_MS = 10_000

/** What of a notice outlives a reload: the way to take it back is in the events of its study. */
type KeptNotice = Pick<Notice, 'atMs' | 'kind' | 'text' | 'studyId'> & {
  readonly language: Language
}

/**
 * Notices of this window, newest first: shown for a while on top, and in the notification center afterwards, also once the page is loaded
 * anew.
 */
export const useNotices = defineStore('notices', () => {
  const preferences = usePreferences()
  const stored = useStorage<{ notices: readonly KeptNotice[]; seenAtMs: number }>(
    'tunewright.notices',
    { notices: [], seenAtMs: 0 },
    sessionStorage,
    { flush: 'sync' },
  )
  const all = shallowRef<readonly Notice[]>(
    stored.value.notices
      // A page in another language is no place for them.
      .filter(({ language }) => language === preferences.language)
      .map(({ language: _, ...notice }, index) => ({
        ...notice,
        id: index + 1,
        undo: null,
        fresh: false,
      })),
  )
  /** Since the list was opened last. */
  const unseen = computed(() => all.value.filter(({ atMs }) => atMs > stored.value.seenAtMs))
  const fresh = computed(() => all.value.filter(notice => notice.fresh).slice(0, 3))
  let nextId = all.value.length + 1

  function show(
    notice: Pick<Notice, 'text'> & Partial<Omit<Notice, 'id' | 'atMs' | 'fresh'>>,
  ): void {
    const id = nextId++
    const full: Notice = {
      kind: 'done',
      studyId: null,
      undo: null,
      ...notice,
      id,
      atMs: Date.now(),
      fresh: true,
    }
    set([full, ...all.value].slice(0, MAX_NOTICES))
    setTimeout(() => {
      settle(id)
    }, FRESH_MS)
  }

  /** From the top of the page into the notification center. */
  function settle(id: number): void {
    change(id, { fresh: false })
  }

  async function undo({ id, undo: takeBack }: Notice): Promise<void> {
    if (takeBack === null) return
    change(id, { undo: null, fresh: false })
    await takeBack()
  }

  function clear(): void {
    set([])
  }

  /** A person has opened the list. */
  function see(): void {
    stored.value = { ...stored.value, seenAtMs: Date.now() }
  }

  function change(id: number, part: Partial<Notice>): void {
    all.value = all.value.map(notice => (notice.id === id ? { ...notice, ...part } : notice))
  }

  function set(notices: readonly Notice[]): void {
    all.value = notices
    stored.value = {
      ...stored.value,
      notices: notices.map(({ atMs, kind, text, studyId }) => ({
        atMs,
        kind,
        text,
        studyId,
        language: preferences.language,
      })),
    }
  }

  return { all, fresh, unseen, see, show, settle, undo, clear }
})
