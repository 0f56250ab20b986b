import type { StudyStore } from '../../src-main/platform/storage/study-store.ts'

/** What the parts of the store suite share: one store per test, with one study. */
export interface StoreFixture {
  readonly store: StudyStore
  readonly studyId: number
  /** Continues with a store that was closed and opened again. */
  reopen(): void
}
