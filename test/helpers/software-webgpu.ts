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
