import process from 'node:process'

/**
 * Whether there is a WebGPU to test with: a Vulkan in software, e.g. Chromium's SwiftShader (docs/engines.md). Libraries
 * are looked for where the environment says before the process starts, so tests cannot find it by themselves.
 */
export const mayUseSoftwareWebgpu = process.env['TUNEWRIGHT_SOFTWARE_WEBGPU'] === '1'

if (!mayUseSoftwareWebgpu) {
  console.warn(
    'Skipped: WebGPU on software; docs/engines.md says how TUNEWRIGHT_SOFTWARE_WEBGPU=1 permits it',
  )
}

/**
 * While something is computed, Dawn asks for its end again and again, by `setImmediate`: on software that takes more of the processor
 * than the computing. From here on it asks once in a millisecond; its callbacks are native code, all others are called as ever.
 */
export function waitCalmlyForWebgpu(): void {
  globalThis.setImmediate = new Proxy(setImmediate, {
    apply(target, self, values: Parameters<typeof setImmediate>) {
      const [callback] = values
      if (String(callback).includes('[native code]')) return setTimeout(callback, 1)
      return Reflect.apply<unknown, Parameters<typeof setImmediate>, NodeJS.Immediate>(
        target,
        self,
        values,
      )
    },
  })
}
