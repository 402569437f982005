using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Fairground.Scenarios.Browser;

/// <summary>
/// What axe-core holds against a page under WCAG 2.2, levels A and AA: names and roles, order of headings and lists, labels, contrast, size of targets. Only what can be seen by a machine:
/// whether a label says the right thing is for people.
/// </summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    private const string Run = """
        async looks => {
          // Colours that are on their way to the other scheme are nobody's.
          for (let moving, turn = 0; turn < 10 && (moving = document.getAnimations()).length > 0; turn++) {
            for (const one of moving) one.finish();
            await new Promise(requestAnimationFrame);
          }
          // Of a page that was looked at once, what another width or the dark scheme can change.
          const only = looks ? { type: 'rule', values: ['color-contrast', 'target-size', 'link-in-text-block'] } : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
          const found = await axe.run(document, { runOnly: only, rules: looks ? {} : { 'target-size': { enabled: true } }, resultTypes: ['violations'], iframes: false });
          return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id} ${node.target.join(' ')}: ${node.any.concat(node.all, node.none).map(check => check.message).join('; ')}`));
        }
        """;

    /// <summary>Brings axe-core onto the page that is open.</summary>
    public static Task Comes(IPage page) => page.EvaluateAsync(Script);

    /// <summary>What is wrong with the page as it stands; of <paramref name="looksAlone"/> only what its width and its colours make.</summary>
    public static async Task<IEnumerable<string>> Faults(IPage page, string where, bool looksAlone) => (await page.EvaluateAsync<string[]>(Run, looksAlone)).Select(fault => $"{where}: {fault}");
}
