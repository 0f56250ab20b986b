/** Settings of a TensorFlow context at its start. */
export interface ContextConfiguration {
  /** Threads inside one operation; ≥ 1. */
  readonly threads: number
  /** Megabytes of each GPU's memory that this process may take; null: as it needs, growing. */
  readonly gpuMemoryMegabytes: number | null
  /** False hides every GPU. */
  readonly useGpu: boolean
}

/**
 * The bytes of a `ConfigProto` (tensorflow/core/protobuf/config.proto): device_count = 1,
 * intra_op_parallelism_threads = 2, inter_op_parallelism_threads = 5, gpu_options = 6 with
 * allow_growth = 4 and experimental = 9 { virtual_devices = 1 { memory_limit_mb = 1 } }, experimental = 16 with
 * disable_thread_spinning = 9. Operations run one after another (inter-op 1), so that sums are the same in
 * every run. Threads that wait sleep: trials run side by side, and a step is over in microseconds.
 */
export function encodeConfiguration(configuration: ContextConfiguration): Uint8Array<ArrayBuffer> {
  const { threads, gpuMemoryMegabytes, useGpu } = configuration
  const noSpinning = messageField(16, integerField(9, 1))
  const threadFields = [...integerField(2, threads), ...integerField(5, 1)]
  if (!useGpu) {
    const gpu = [...new TextEncoder().encode('GPU')]
    const none = messageField(1, [...messageField(1, gpu), ...integerField(2, 0)])
    return Uint8Array.from([...none, ...threadFields, ...noSpinning])
  }
  const limit = gpuMemoryMegabytes === null ? [] : memoryLimit(gpuMemoryMegabytes)
  const gpuFields = messageField(6, [...integerField(4, 1), ...limit])
  return Uint8Array.from([...threadFields, ...gpuFields, ...noSpinning])
}

function memoryLimit(megabytes: number): number[] {
  return messageField(9, messageField(1, messageField(1, floats([megabytes]))))
}

function integerField(number: number, value: number): number[] {
  return [...varint(number << 3), ...varint(value)]
}

function messageField(number: number, content: readonly number[]): number[] {
  return [...varint((number << 3) | 2), ...varint(content.length), ...content]
}

function floats(values: readonly number[]): number[] {
  return [...new Uint8Array(Float32Array.from(values).buffer)]
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let remaining = value
  while (remaining >= 0x80) {
    bytes.push((remaining % 0x80) | 0x80)
    remaining = Math.floor(remaining / 0x80)
  }
  return [...bytes, remaining]
}
