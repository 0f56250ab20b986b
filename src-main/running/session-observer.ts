import type { MessageDescriptor } from '../core/errors/message.ts'
import type { StudyStore } from '../platform/storage/study-store.ts'
import type { Workspace } from '../platform/storage/workspace.ts'
import type { RunnerListener } from './runner-events.ts'

/** One session of a study, from the start of {@link runStudy} to its end. */
export interface ObservedSession {
  readonly store: StudyStore
  readonly studyId: number
  readonly workspace: Pick<Workspace, 'notificationsFile'>
  readonly now: () => number
}

/** Follows one session of a study; nothing in the session waits for it. */
export interface SessionObserver {
  /** @returns what calls the other listener first */
  listenBeside(listener: RunnerListener | undefined): RunnerListener
  /** The session ended with an error. */
  failed(reason: MessageDescriptor): void
  /** The session has ended; the promise of `runStudy` resolves after this one. */
  close(): Promise<void>
}

export type ObserveSession = (session: ObservedSession) => SessionObserver
