package headway.transport.netlink;

import java.util.Locale;

/** Why a datagram was not taken. */
enum Refusal {
    /** It does not begin as datagrams of this transport do. */
    NOT_HEADWAY("it does not begin as a Headway datagram does"),
    /** It speaks another version of the format. */
    WRONG_VERSION("it speaks another version of the format"),
    /** It is shorter or longer than it says. */
    TRUNCATED("it is not as long as it says"),
    /** It is longer than any datagram of this transport. */
    OVERSIZE("it is longer than any that a link sends"),
    /** It is of another bus, whose ports look alike. */
    OTHER_BUS("it is of another bus"),
    /** It claims an address that is not at the port it came from, or not of that process. */
    FORGED("it claims an address that is not the sender's"),
    /** It claims the address of a link that has ended. */
    GONE("it claims the address of a link that has ended"),
    /** The kernel does not say who sent it. */
    NO_CREDENTIALS("the kernel does not say who sent it"),
    /** It comes from a user who is not heard here. */
    OTHER_USER("it comes from a user who is not heard here; see the setting \"users\""),
    /** It is for somebody else. */
    MISADDRESSED("it is for an address that is not this link's"),
    /** Its kind is not known. */
    UNKNOWN_KIND("its kind is not known"),
    /** It is a piece that does not fit to those before. */
    BAD_PIECE("it is a piece of a frame that does not fit to those before");

    private final String sentence;

    Refusal(String sentence) {
        this.sentence = sentence;
    }

    /** For tables: "wrong version". */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** For people: "..., because" fits before it. */
    String sentence() {
        return sentence;
    }
}
