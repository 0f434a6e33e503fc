package headway.transport.afbus;

import java.util.Locale;

/** Why a message was not taken. */
enum Refusal {
    /** It has no bytes. */
    EMPTY("it is empty"),
    /** It is longer than any frame. */
    OVERSIZE("it is longer than any frame"),
    /** Open descriptors came with it. */
    DESCRIPTORS("it comes with descriptors, or more beside it than any link sends"),
    /** The kernel does not say who sent it. */
    NO_CREDENTIALS("the kernel does not say who sent it"),
    /** The kernel tells of something in a way not known here. */
    UNKNOWN_EVENT("it is an event of the kernel's that is not known here");

    private final String sentence;

    Refusal(String sentence) {
        this.sentence = sentence;
    }

    /** In a word or two. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** For people: "..., because" fits before it. */
    String sentence() {
        return sentence;
    }
}
