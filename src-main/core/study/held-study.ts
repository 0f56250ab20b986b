import type { MessageDescriptor } from '../errors/message.ts'

/** Whether a study gave the machine away, and nobody has said since that it stays paused. */
export function isHeld({
  state,
  reason,
}: {
  readonly state: string
  readonly reason: MessageDescriptor | null
}): boolean {
  return state === 'paused' && reason?.code === 'ending.held'
}
