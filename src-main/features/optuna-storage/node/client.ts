import { Client, credentials } from '@grpc/grpc-js'
import { coderOf, type MethodName, methods, type ReplyOf, type RequestOf } from './wire.ts'

/** Speaks the protocol as a program of Optuna does. */
export class OptunaClient {
  readonly #client: Client

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  }

  async ask<Name extends MethodName>(name: Name, request: RequestOf<Name>): Promise<ReplyOf<Name>> {
    const [requestFields, reply] = methods[name]
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        `/optuna.StorageService/${name}`,
        coderOf(requestFields).encode,
        bytes => coderOf(reply).decode(bytes) as ReplyOf<Name>,
        request,
        (error, value) => {
          if (error !== null || value === undefined) reject(error ?? new Error('no answer'))
          else resolve(value)
        },
      )
    })
  }

  close(): void {
    this.#client.close()
  }
}
