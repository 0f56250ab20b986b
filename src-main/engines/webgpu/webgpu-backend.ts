import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'

/** A compute shader as TensorFlow.js' WebGPU backend takes it; the interfaces of that package are not exported. */
export interface ShaderProgram {
  readonly variableNames: readonly string[]
  readonly outputShape: number[]
  /** Distinguishes shaders that differ in their text. */
  readonly shaderKey: string
  readonly workgroupSize: [number, number, number]
  readonly dispatchLayout: { readonly x: number[] }
  readonly dispatch: [number, number, number]
  /** Whether the shader reads `uniforms.size`, the number of results. */
  readonly size: boolean
  getUserCode(): string
}

/** The parts of TensorFlow.js' WebGPU backend that our kernels and the engine use. */
export interface WebgpuBackend {
  readonly device: WebgpuDevice
  runWebGPUProgram(
    program: ShaderProgram,
    inputs: readonly TensorInfo[],
    outputType: DataType,
  ): TensorInfo
}

/** The parts of a GPUDevice that we read; the types of the browser's interface are not those of Node. */
export interface WebgpuDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
  addEventListener(
    type: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string } }) => void,
  ): void
  destroy(): void
}

export interface WebgpuAdapter {
  readonly info: {
    readonly vendor: string
    readonly architecture: string
    readonly device: string
    readonly description: string
    /** Software that stands in for a GPU. */
    readonly isFallbackAdapter: boolean
  }
}

export interface AdapterRequest {
  readonly powerPreference?: 'high-performance' | 'low-power'
  /** Software alone. */
  readonly forceFallbackAdapter?: boolean
}

/** The `navigator.gpu` of a browser. */
export interface WebgpuEntry {
  requestAdapter(options?: AdapterRequest): Promise<WebgpuAdapter | null>
}
