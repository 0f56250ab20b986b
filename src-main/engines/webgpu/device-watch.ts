import { type MessageDescriptor, msg, verbatim } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { Engine, CompiledFunction } from '../../training/compiled/compiled-function.ts'
import type { WebgpuDevice } from './webgpu-backend.ts'

/**
 * Errors of WebGPU are not thrown: a buffer that is too large gives zeros and an event. Every run that such an
 * event falls into fails, and after a lost device every further one.
 */
export function withDeviceWatch(engine: Engine, device: WebgpuDevice): Engine {
  let failure: { readonly message: string; readonly reason: MessageDescriptor } | null = null
  let lost = false
  device.addEventListener('uncapturederror', event => {
    const { message } = event.error
    failure ??= { message, reason: verbatim(message) }
  })
  void device.lost.then(({ reason, message }) => {
    lost = true
    failure = { message, reason: msg('failure.deviceLost', { cause: reason, message }) }
  })

  function requireHealthy(): void {
    if (failure === null) return
    const { message, reason } = failure
    if (!lost) failure = null
    if (/out of memory/i.test(message)) throw new AppError('training.memory', { reason })
    throw new AppError('engine.failed', { engine: 'webgpu', status: 0, reason })
  }

  return {
    ...engine,
    compile(...parts) {
      const compiled = engine.compile(...parts)
      return {
        key: compiled.key,
        async run(feeds) {
          requireHealthy()
          const outputs = await compiled.run(feeds)
          requireHealthy()
          return outputs
        },
        get statistics() {
          return compiled.statistics
        },
        dispose: () => {
          compiled.dispose()
        },
      } satisfies CompiledFunction
    },
  }
}
