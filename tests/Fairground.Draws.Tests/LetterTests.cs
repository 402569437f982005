using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Ui.Wording;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>What holders and winners are told, with every placeholder filled.</summary>
public sealed class LetterTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero);

    private static readonly Lot Kettle = new()
    {
        Id = Guid.Parse("0193b5a0-0000-7000-8000-000000000001"), Title = "Kettle", Kind = Lot.Certificates, Currency = "KZT", Nominal = 83_000, Winners = 2, Reserves = 1, CashPercent = 70, Entropy = "commit-reveal",
    };

    private static readonly Win Place = new(Guid.Empty, Kettle.Id, Guid.Empty, Guid.Empty, 0, 7, "KT-0417", WinState.Drawn, At, null, null, null);

    private static LotClosed Closing(bool cash, long? round) => new(Kettle.Id, Guid.Empty, 1_200, "5f2a", At, At, cash, round);

    private static IReadOnlyList<Wording> All =>
    [
        DrawLetters.Closed(Kettle, Closing(cash: false, null), 1), DrawLetters.Closed(Kettle, Closing(cash: true, 1_021), 3), DrawLetters.Won(Kettle, Place, cash: false, "Shop, Abai 1"), DrawLetters.Won(Kettle, Place, cash: true, ""),
        DrawLetters.NotWon(Kettle, ["A"], null), DrawLetters.NotWon(Kettle, ["A", "B"], (2, "KT-0052")), DrawLetters.Cancelled(Kettle, new LotCancelled(Kettle.Id, Guid.Empty, Cancellation.NotSoldOut), 30),
        DrawLetters.Cancelled(Kettle, new LotCancelled(Kettle.Id, Guid.Empty, Cancellation.Stopped, "Damaged."), 30), DrawLetters.Extended(Kettle, At), DrawLetters.Switched(Kettle, new DrawSwitched(Kettle.Id, 2, At)),
        DrawLetters.Called(Kettle, Place, "Shop, Abai 1"), DrawLetters.Reminded(Kettle, Place, "Shop, Abai 1"), DrawLetters.Lapsed(Kettle, Place),
        TwoStageLetters.Closed(Kettle, Closing(cash: false, null), 1), TwoStageLetters.Closed(Kettle, Closing(cash: false, 1_021), 3), TwoStageLetters.Candidate(Kettle, Place, Owed, called: false), TwoStageLetters.Candidate(Kettle, Place, Owed, called: true),
        TwoStageLetters.Reminded(Kettle, Place, Owed), TwoStageLetters.Lapsed(Kettle, Place), TwoStageLetters.Bought(Kettle, Place, Owed), TwoStageLetters.Bought(Kettle, Place, Owed with { Amount = 0 }),
        TwoStageLetters.NotDrawn(Kettle, ["A"], null), TwoStageLetters.NotDrawn(Kettle, ["A", "B"], (2, "KT-0052")), TwoStageLetters.Settled(Kettle, Ended with { MileageEach = 90 }, 2)!, TwoStageLetters.Settled(Kettle, Ended with { BackEach = 1_000 }, 2)!, TwoStageLetters.Settled(Kettle, Ended with { DepositEach = 350 }, 2)!,
        Stopped(DrawLetters.WithMileage), Stopped(DrawLetters.LetGo),
    ];

    private static readonly SecondPayment Owed = new(Guid.Empty, Kettle.Id, Guid.Empty, 0, 100_000, null);

    private static readonly Draws.TwoStage Ended = new(Kettle.Id, new TwoStageTerms(1_000_000, 1, 1_000, 1_000, 0, 100, 0, 0, 1, 1, false, false, FirstPaymentMode.Kept), new DeliveryTerms(HandoverWays.PickUp, 7, 14));

    private static Wording Stopped(string back) => DrawLetters.Cancelled(Kettle, new LotCancelled(Kettle.Id, Guid.Empty, Cancellation.TooFew), 30, back);

    [Theory]
    [InlineData(DrawLetters.WithMileage, "What you paid, 24\u202F900\u00A0₸, goes back: money into your wallet, mileage as mileage.")]
    [InlineData(DrawLetters.LetGo, "24\u202F900\u00A0₸ that was set aside in your wallet for it is free again.")]
    public void What_was_no_payment_out_of_the_wallet_is_not_said_to_come_back_into_it(string back, string said) =>
        Assert.Equal($"Kettle had too few applications, so there is no draw.|{said}", English(Stopped(back)));

    [Fact]
    public void A_share_of_the_deposit_is_not_called_a_payment_that_comes_back() =>
        Assert.Equal(
            $"Kettle is settled. 20\u00A0₸ of what you paid comes back. From the deposit of the seller you have 7\u00A0₸.|See /lots/{Kettle.Id}.",
            English(TwoStageLetters.Settled(Kettle, Ended with { BackEach = 1_000, DepositEach = 350 }, 2)!));

    private static string English(Wording words) => MessageTemplates.Of(typeof(DrawsModule).Assembly).All[words.Template].Write(words.Values, Language.Find("en")!, TimeZoneInfo.Utc).Text.Replace('\n', '|');

    [Fact]
    public void Whoever_gets_nothing_at_the_settlement_is_told_nothing() => Assert.Null(TwoStageLetters.Settled(Kettle, Ended, 3));

    [Fact]
    public void Every_template_is_filled_by_its_sender_in_every_language()
    {
        var templates = MessageTemplates.Of(typeof(DrawsModule).Assembly).All;
        foreach (var words in All)
        {
            foreach (var language in Language.All) Assert.NotEmpty(templates[words.Template].Write(words.Values, language, TimeZoneInfo.Utc).Text);
        }
        Assert.Equal(templates.Keys.Order(), All.Select(w => w.Template).Distinct().Order());
    }

    [Theory]
    [InlineData("en", "Kettle did not sell out, so there is no draw.|What you paid, 24\u202F900\u00A0₸, goes back into your wallet.", "Kettle did not sell out. 24 900 KZT goes back into your wallet.")]
    [InlineData("ru", "Розыгрыша лота «Kettle» не будет: лот не распродан.|Всё, что вы заплатили, — 24\u202F900\u00A0₸ — возвращается в ваш кошелёк.", "Kettle: лот не распродан. 24 900 KZT возвращается в ваш кошелёк.")]
    [InlineData("kk", "«Kettle» лоты бойынша ұтыс ойыны болмайды: лот толық сатылмады.|Төлеген ақшаңыз — 24\u202F900\u00A0₸ — әмияныңызға қайтады.", "Kettle: лот толық сатылмады. 24 900 KZT әмияныңызға қайтады.")]
    [InlineData("ko", "Kettle 추첨은 하지 않습니다. 다 팔리지 않았습니다.|내신 금액 24\u202F900\u00A0₸은(는) 지갑으로 돌아갑니다.", "Kettle: 다 팔리지 않았습니다. 24 900 KZT 전액이 지갑으로 돌아갑니다.")]
    [InlineData("zh-Hans", "Kettle 不再抽签：未能售罄。|您支付的 24\u202F900\u00A0₸ 将退回您的钱包。", "Kettle：未能售罄。24 900 KZT 将退回您的钱包。")]
    public void The_money_that_comes_back_is_said_in_every_language(string language, string text, string sms)
    {
        var words = DrawLetters.Cancelled(Kettle, new LotCancelled(Kettle.Id, Guid.Empty, Cancellation.NobodyBought), 30);
        var written = MessageTemplates.Of(typeof(DrawsModule).Assembly).All[words.Template].Write(words.Values, Language.Find(language)!, TimeZoneInfo.Utc);
        Assert.Equal((text, sms), (written.Text.Replace('\n', '|'), written.Short));
    }
}
