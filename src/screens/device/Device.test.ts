import { beforeEach, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { fakeApp } from '../../../test/fixtures/app-state.ts';
import { aHardwareReport, aMeasurement, CONVERTED } from '../../../test/fixtures/models.ts';
import App from '../../App.svelte';
import { AppError } from '../../core/errors.ts';
import type { HardwareState } from '../../state/types.ts';

beforeEach(() => {
  location.hash = '#/device';
});

async function open(hardware: Partial<HardwareState>, copy?: (text: string) => Promise<void>) {
  const app = fakeApp({ hardware, models: { models: [CONVERTED] } });
  const screen = await render(App, copy === undefined ? { app } : { app, copy });
  await expect.element(screen.getByRole('heading', { level: 1, name: 'Device' })).toBeVisible();
  return screen;
}

test('reads the device when it is opened and on request, and says what went wrong', async () => {
  const refresh = vi.fn(() => Promise.resolve());
  const screen = await open({ refresh });
  await expect.element(screen.getByText('Reading the device')).toBeVisible();
  expect(refresh).toHaveBeenCalledOnce();
  refresh.mockRejectedValue(new AppError('internal', 'the driver is gone'));
  await screen.getByRole('button', { name: 'Read again' }).click();
  await expect.element(screen.getByRole('alert')).toHaveTextContent('the driver is gone');
});

test('the browser is asked to keep the data where it does not yet', async () => {
  const persist = vi.fn(() => Promise.resolve());
  const kept = await open({ report: aHardwareReport() });
  await expect
    .element(kept.getByRole('region', { name: 'Storage' }))
    .toHaveTextContent(/Kept for good yes Good/);
  await expect.element(kept.getByRole('button', { name: /keep the data/ })).not.toBeInTheDocument();
  await kept.unmount();
  const screen = await open({ report: aHardwareReport({ persisted: false }), persist });
  await expect.element(screen.getByRole('region', { name: 'Storage' })).toHaveTextContent(/Needs attention/);
  await screen.getByRole('button', { name: /keep the data/ }).click();
  expect(persist).toHaveBeenCalledOnce();
});

test('speeds are measured, shown and copied', async () => {
  const measure = vi.fn(() => Promise.resolve());
  const copy = vi.fn(() => Promise.resolve());
  const screen = await open({ report: aHardwareReport(), measured: [aMeasurement()], measure }, copy);
  await screen.getByRole('button', { name: 'Measure speed' }).click();
  expect(measure).toHaveBeenCalledWith(CONVERTED.sha256);
  const table = screen.getByRole('region', { name: 'Speed on this device' });
  await expect.element(table).toHaveTextContent(/llama\.cpp.*graphics \(WebGPU\).*2,310.*96\.2.*412.*8.*4 s/);
  await screen.getByRole('button', { name: 'Copy as CSV: Speed on this device' }).click();
  expect(copy.mock.calls).toEqual([
    [expect.stringContaining(',2310,96.2,412,8,4.2,2026-07-21T08:00:00.000Z')],
  ]);
  const checks = screen.getByRole('region', { name: /^Self-checks/ });
  await expect
    .element(checks)
    .toHaveTextContent(/Graphics processor against processor.*passed.*0\.0031.*0\.1/);
  await expect.element(screen.getByText('A self-check failed')).not.toBeInTheDocument();
});

test('a failed self-check is warned of, with what was done about it', async () => {
  const failed = aMeasurement({
    deviceUsed: 'cpu',
    checks: [
      { name: 'fork', outcome: 'failed', difference: 3.2, tolerance: 0.01, note: 'each prompt is read anew' },
    ],
  });
  const screen = await open({ report: aHardwareReport(), measured: [failed] });
  await expect.element(screen.getByText('A self-check failed')).toBeVisible();
  await expect
    .element(screen.getByRole('region', { name: /^Self-checks/ }))
    .toHaveTextContent(/FAILED.*3\.2.*0\.01.*each prompt is read anew/);
  await expect.element(screen.getByText('asked for graphics (WebGPU)')).toBeVisible();
});

test('a measurement that goes on is followed, cancelled, and its error shown', async () => {
  const cancelMeasuring = vi.fn();
  const error = new AppError('model-load', 'not enough memory');
  const measuring = { what: 'Measuring Qwen2 0.5B on llama.cpp', fraction: 0.25, leftMs: 30_000 };
  const screen = await open({ measuring, cancelMeasuring, error });
  await expect.element(screen.getByRole('alert')).toHaveTextContent('not enough memory');
  await expect.element(screen.getByText('about 30 s left')).toBeVisible();
  await screen.getByRole('button', { name: 'Cancel' }).click();
  expect(cancelMeasuring).toHaveBeenCalledOnce();
});
