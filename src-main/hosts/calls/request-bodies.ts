import type { LongRequest } from '../../core/processes/request-protocol.ts'
import { decodeWire } from '../../core/processes/wire.ts'
import type { Connection } from '../../platform/processes/connect.ts'
import { connectRequests } from '../../platform/processes/connect-reader.ts'

/** Shorter ones are parsed here: however they are made, that takes a few milliseconds. */
const MAX_LOCAL_BYTES = 100_000

/** Parses bodies of requests: long ones in a process of its own. */
export class RequestBodies {
  readonly #requests: Connection<'requests'>

  constructor(requests: Connection<'requests'> = connectRequests()) {
    this.#requests = requests
  }

  /**
   * @returns null for what is no JSON
   * @throws AppError `request.invalid` for a long one that its method does not take; `child.busy`, `child.gone`
   */
  async parse(
    body: Buffer,
    form: LongRequest['form'],
    method = '',
  ): Promise<{ readonly value: unknown } | null> {
    if (body.length > MAX_LOCAL_BYTES) return this.#requests.call('read', { body, form, method })
    try {
      return { value: decodeWire(body.toString('utf8')) }
    } catch {
      return null
    }
  }

  async close(): Promise<void> {
    await this.#requests.close()
  }
}
