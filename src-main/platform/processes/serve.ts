import { msg } from '../../core/errors/message.ts'
import process from 'node:process'
import { AppError, deserializeError, serializeError } from '../../core/errors/errors.ts'
import {
  type Asker,
  type Handlers,
  type ProcessName,
  PROCESS_PROTOCOL_VERSION,
} from '../../core/processes/process-apis.ts'
import type { ProcessUsage } from '../../core/trial/resources.ts'
import type { FromProcess, ToProcess } from './wire.ts'

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

type AnyHandler = (argument: unknown, owner: Asker<unknown>) => unknown

/**
 * Makes this process answer its owner: the other end of `connect`. It ends when the channel closes, whatever the reason,
 * so that it never outlives its owner; Ctrl-C, which reaches the whole process group, is the owner's to decide about.
 * @param close waited for before the process ends
 */
export function serve<Name extends ProcessName>(
  _name: Name,
  handlers: Handlers<Name>,
  close: () => void | Promise<void> = () => undefined,
): void {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  /** A handler may ask and notify its owner while it works on this call. */
  const ownerOf = (
    call: number,
  ): Asker<Readonly<Record<string, (argument: unknown) => unknown>>> => ({
    notify: (name, argument) => send({ type: 'ask', call, id: null, name, argument }),
    ask: async (name, argument) => {
      const id = ++lastId
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        send({ type: 'ask', call, id, name, argument })
      })
    },
  })
  const perform = async (id: number, method: string, argument: unknown): Promise<void> => {
    try {
      if (!Object.hasOwn(handlers, method)) throw unknownMethod(method)
      const handler = handlers[method as keyof Handlers<Name>] as AnyHandler
      const value = await handler(argument, ownerOf(id))
      send({ type: 'answer', id, ok: true, value })
    } catch (error) {
      send({ type: 'answer', id, ok: false, error: serializeError(error) })
    }
  }
  process.on('message', (message: ToProcess) => {
    if (message.type === 'call') {
      void perform(message.id, message.method, message.argument)
      return
    }
    const request = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.ok) request?.resolve(message.value as never)
    else request?.reject(deserializeError(message.error))
  })
  process.on('disconnect', () => void Promise.resolve(close()).finally(() => process.exit(0)))
  process.on('SIGINT', () => undefined)
  send({ type: 'ready', protocol: PROCESS_PROTOCOL_VERSION })
}

function unknownMethod(method: string): AppError {
  const rule = msg('rule.method')
  return new AppError('protocol.invalid', { from: 'owner', field: 'method', value: method, rule })
}

/** Tells the owner that this process lives, and what it uses. */
export function beat(usage: ProcessUsage): void {
  send({ type: 'beat', usage })
}

/** An owner that is gone hears nothing; `disconnect` follows. */
function send(message: FromProcess): void {
  if (process.connected) process.send?.(message)
}
