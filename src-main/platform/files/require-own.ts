import { chmodSync, lstatSync, type Stats } from 'node:fs'
import process from 'node:process'
import { AppError } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'

/** Rights to write of the group and of everybody. */
const OTHERS_WRITE = 0o022

/**
 * Refuses a file or folder that another user of the machine has made or may change, as ssh does with its keys: what lies in it would be
 * believed, and so does a link, which may lead to what others have. One of ours that others may write is made private, and refused this once, so that somebody looks at it. A file system without
 * modes (FAT, Windows' disks in WSL) lets everything pass that belongs to us; so does one that is not there.
 * @throws AppError `file.unreadable`
 */
export function requireOwn(file: string): void {
  const reason = foreignReason(file, lstatSync(file, { throwIfNoEntry: false }))
  if (reason !== null) throw new AppError('file.unreadable', { path: file, reason })
}

/** Why a file must not be believed; null where it may be. */
export function foreignReason(file: string, stats: Stats | undefined): MessageDescriptor | null {
  const user = process.getuid?.()
  if (user === undefined || stats === undefined) return null
  if (stats.isSymbolicLink()) return msg('rule.ownLink')
  if (stats.uid !== user) return msg('rule.ownFile', { owner: stats.uid, user })
  if ((stats.mode & OTHERS_WRITE) === 0) return null
  chmodSync(file, stats.mode & 0o700)
  const isPrivate = (lstatSync(file).mode & OTHERS_WRITE) === 0
  return isPrivate ? msg('rule.wasShared') : null
}

/** Whether this user has made a file. */
export function isOwnFile(file: string): boolean {
  const user = process.getuid?.()
  return user === undefined || lstatSync(file, { throwIfNoEntry: false })?.uid === user
}
