import { msg, type MessageDescriptor } from '../../core/errors/message.ts'

/**
 * The reason of a proposal that other studies took part in.
 * @param studies how many; 0: they no longer count; null: there are none
 */
export function withSourceStudies(
  reason: MessageDescriptor,
  studies: number | null,
): MessageDescriptor {
  if (studies === null) return reason
  if (studies === 0) return msg('proposal.warmStartDropped', { reason })
  return msg('proposal.warmStarted', { reason, studies })
}
