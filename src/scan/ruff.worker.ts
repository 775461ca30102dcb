import init, { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-web';
import wasmUrl from '@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm?url';
import * as v from 'valibot';
import type { ScanReading } from '../core/judge/types.ts';

/** What the scanning worker can be asked. */
export interface ScanDesk {
  /** Undefined where the analyser broke on this code and is of no use any more; rejects where it cannot be loaded. */
  check(code: string): Promise<ScanReading | undefined>;
}

/**
 * The security rules of Ruff, which are those of flake8-bandit, but not S101: an assertion is no weakness. Only these are asked
 * for; no setting of the code's own is read.
 */
const SETTINGS = { lint: { select: ['S'], ignore: ['S101'] } };

const found = v.array(v.object({ code: v.nullable(v.string()) }));

/** Code that is scanned cannot wave its findings through: comments that switch rules off are put out of force, names stay names. */
function withoutWaivers(code: string): string {
  return code.replace(/noqa/gi, 'n0qa').replace(/(#\s*(?:ruff|flake8))\s*:/gi, '$1 -');
}

async function load(): Promise<Workspace> {
  await init({ module_or_path: wasmUrl });
  return new Workspace(SETTINGS, PositionEncoding.Utf16);
}

/** The worker's end; the analyser (11 MB) is loaded with the first piece of code. */
export function scanDesk(): ScanDesk {
  let workspace: Promise<Workspace> | undefined;
  return {
    async check(code) {
      workspace ??= load();
      const ready = await workspace;
      let checked: unknown;
      try {
        checked = ready.check(withoutWaivers(code));
      } catch {
        return undefined; // code nested so deeply that the stack ran out
      }
      const codes = v.parse(found, checked).map((each) => each.code ?? 'invalid-syntax');
      const rules = codes.filter((rule) => /^S\d+$/.test(rule));
      const analyser = `ruff ${Workspace.version()}`;
      // What is found in code that does not parse is found in half of it.
      const parsed = rules.length === codes.length;
      return { analyser, rules: parsed ? rules : [], parsed };
    },
  };
}
