import { describeHypergradients } from '../../../suites/hypergradient-suite.ts'

describeHypergradients('wasm')
