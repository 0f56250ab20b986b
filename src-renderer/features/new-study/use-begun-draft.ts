import { StorageSerializers, useEventListener, useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { onBeforeUnmount, ref } from 'vue'
import { useRouter } from 'vue-router'
import { useNotices } from '../../stores/notices.ts'
import { usePreferences } from '../../stores/preferences.ts'
import type { DraftState, useDraft } from './use-draft.ts'
import { t } from '../../composables/localize.ts'

/** Rises when study files or this state change so that an older one cannot be used. */
const DRAFT_VERSION = 2
const STORAGE_KEY = 'tunewright.begunStudy'
/** Where the last one of an earlier version lies. */
const OLDER_KEY = `${STORAGE_KEY}.older`

interface StoredDraft extends DraftState {
  readonly version: typeof DRAFT_VERSION
}

/** A study that was begun in the form and not created yet; kept as long as the window is open, also when it is loaded again; null: none. */
const useBegunStudy = defineStore('begunStudy', () => ({
  state: useStorage<StoredDraft | null>(STORAGE_KEY, null, sessionStorage, {
    serializer: StorageSerializers.object,
    // The page may be gone at once.
    flush: 'sync',
    shallow: true,
  }),
}))

function storedDraft(draft: DraftState): StoredDraft {
  return { version: DRAFT_VERSION, ...draft }
}

/** Keeps what a person has written: over a visit to another screen, and for a while after another study took its place. */
export function useBegunDraft(study: ReturnType<typeof useDraft>) {
  const router = useRouter()
  const notices = useNotices()
  const preferences = usePreferences()
  const begunStudy = useBegunStudy()
  /** Whether the form shows a study that was begun on an earlier visit. */
  const isOld = ref(false)
  /** The text that the form began with, which is not worth keeping. */
  let beginning: string | null = null
  let isShown = false
  /** Whether what is kept, or nothing, was where this form began; a copy of a study leaves it alone. */
  let ownsStoredDraft = false
  let isCreated = false
  let isGone = false

  async function blank(): Promise<void> {
    await study.begin({ parallelTrials: preferences.parallelTrials })
    beginning = study.text.value
  }

  /** The study that was begun before, or the one that every form begins with. */
  async function begin(): Promise<void> {
    ownsStoredDraft = true
    const older = archiveOlderDraft()
    if (begunStudy.state === null) await blank()
    else {
      study.restore(begunStudy.state)
      isOld.value = true
    }
    isShown = true
    if (older !== null) offerUndo(t('newStudy.olderDraft'), older)
  }

  /** @returns the study that an earlier version stored, as far as it has a text; it stays in the storage under another key */
  function archiveOlderDraft(): DraftState | null {
    const stored = begunStudy.state as Partial<StoredDraft> | null
    if (stored === null || stored.version === DRAFT_VERSION) return null
    sessionStorage.setItem(OLDER_KEY, JSON.stringify(stored))
    begunStudy.state = null
    return { text: String(stored.text ?? ''), offered: null }
  }

  async function startOver(): Promise<void> {
    const before = study.state()
    await blank()
    begunStudy.state = null
    isOld.value = false
    offerUndo(t('newStudy.exchanged'), before)
  }

  /**
   * Another study, as from a file.
   * @param isWork whether it is worth keeping as it is: no file has it
   * @param isExample whether the form shows nothing that a person has written
   */
  function show(text: string, { isWork = false, isExample = false } = {}): void {
    const before = study.state()
    study.restore({ text, offered: null })
    if (isShown && !isExample && before.text !== beginning)
      offerUndo(t('newStudy.exchanged'), before)
    beginning = isWork ? null : text
    isOld.value = false
    isShown = true
  }

  /** A notice that what a person had written was replaced, with a way back. */
  function offerUndo(text: string, before: DraftState): void {
    const undo = async (): Promise<void> => {
      if (!isGone) study.restore(before)
      else {
        begunStudy.state = storedDraft(before)
        await router.push({ name: 'newStudy' })
      }
    }
    notices.show({ text, undo })
  }

  /** The study is created: there is nothing to keep. */
  function forget(): void {
    isCreated = true
  }

  function keep(): void {
    if (isCreated) {
      if (ownsStoredDraft) begunStudy.state = null
    } else if (isShown && study.text.value !== beginning)
      begunStudy.state = storedDraft(study.state())
  }
  onBeforeUnmount(() => {
    isGone = true
    keep()
  })
  useEventListener(window, 'pagehide', keep)

  return { isOld, begin, startOver, show, offerUndo, forget }
}
