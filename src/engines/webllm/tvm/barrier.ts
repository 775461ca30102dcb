import { intercept, part } from './reflect.ts';

/** The kernel that joins the attention over a shared prefix with that over the rest. */
const KERNEL = 'fn merge_state_inplace';
/** Where it writes over what its other threads still read. */
const WRITE = /\n(\s*S\[[^\n]*\] = \(log2\()/;

/** What became of the repair in this worker. */
export interface Repair {
  /** The kernel was seen. */
  readonly seen: boolean;
  /** Each time that it was seen, it got its barrier. */
  readonly repaired: boolean;
}

/**
 * TVM's `merge_state_inplace` has all threads of a head read a value and then write it, with nothing between. That is right only
 * where they run in step: with narrow subgroups every logit after a fork is wrong (measured on SwiftShader, whose are 4 wide). This
 * puts the barrier in as the shader is made; it has to be installed before a model is loaded.
 */
export function repairMergeKernel(): Repair {
  const state = { seen: false, repaired: true };
  state.repaired = intercept(GPUDevice.prototype, 'createShaderModule', ([given], original) => {
    const code = part(given, 'code');
    if (typeof code !== 'string' || !code.includes(KERNEL)) return original(given);
    return original({ ...descriptorOf(given), code: mend(code, state) });
  });
  return state;
}

function mend(code: string, state: { seen: boolean; repaired: boolean }): string {
  const mended = withBarrier(code);
  state.seen = true;
  state.repaired &&= mended !== undefined;
  return mended ?? code;
}

/** The shader with the barrier; undefined where it is not written as expected. */
export function withBarrier(code: string): string | undefined {
  return WRITE.test(code) ? code.replace(WRITE, '\n  workgroupBarrier();\n$1') : undefined;
}

function descriptorOf(given: unknown): object {
  return typeof given === 'object' && given !== null ? given : {};
}
