import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'

/** One try failed; another may not. */
export class NotSent extends Error {
  /** In our words: codes, hosts, names of programs. May be stored. */
  readonly reason: MessageDescriptor
  /** The service refuses this message, so that it is no use to send it again. */
  readonly isFinal: boolean
  /**
   * What the service or program said itself, without secrets that it repeated as they are; empty: nothing. Whoever lies can write a secret in another
   * form, so it is shown once to the person who sends a test, and stored nowhere.
   */
  readonly words: string

  constructor(reason: MessageDescriptor, isFinal: boolean, words = '') {
    super(reason.code)
    this.reason = reason
    this.isFinal = isFinal
    this.words = words
  }
}

/** A try that was under way when its session ended. @param destination a host or a program */
export function endedWithSession(destination: string): NotSent {
  return new NotSent(msg('notifications.failed.sessionEnded', { destination }), true)
}
